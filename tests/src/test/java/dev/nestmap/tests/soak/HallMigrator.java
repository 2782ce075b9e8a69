/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.kernel.Pinned;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedLater;
import dev.nestmap.tests.kernel.PinnedLaterBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.Random;

/** Counts in a pinned map, migrates it to the other version of its records, and requires that nothing is lost. */
final class HallMigrator {
    private static final int HALL = 3;
    private static final int ROWS = 10;
    private static final String BEFORE = BpfObjects.schema("pinned");
    private static final String AFTER = BpfObjects.schema("pinned_later");

    private final Path pin;
    private final PinOptions options;
    private final long[] taken = new long[ROWS];
    private boolean later;

    HallMigrator(Path pin, PinOptions options) {
        this.pin = pin;
        this.options = options;
        PinnedBpf.CUSTOMER_MAP.create(pin, options).close();
    }

    void migrate(Random random) {
        int row = random.nextInt(ROWS);
        taken[row]++;
        if (later) {
            try (PinnedLaterBpf.CustomerMap.Owned halls = PinnedLaterBpf.CUSTOMER_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).put(new PinnedLater.Flow(row, taken[row], row, 0));
            }
            PinnedBpf.CUSTOMER_MAP.migrate(
                    pin,
                    options,
                    Migration.from(AFTER).copy(PinnedBpf.CUSTOMER_MAP).drop("flow", "drops"));
        } else {
            try (PinnedBpf.CustomerMap.Owned halls = PinnedBpf.CUSTOMER_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).put(new Pinned.Flow(row, taken[row], row));
            }
            PinnedLaterBpf.CUSTOMER_MAP.migrate(
                    pin, options, Migration.from(BEFORE).copy(PinnedLaterBpf.CUSTOMER_MAP));
        }
        later = !later;
        verify();
    }

    private void verify() {
        if (later) {
            try (PinnedLaterBpf.CustomerMap.Owned halls = PinnedLaterBpf.CUSTOMER_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).forEach(flow -> verify(flow.port(), flow.packets()));
            }
        } else {
            try (PinnedBpf.CustomerMap.Owned halls = PinnedBpf.CUSTOMER_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).forEach(flow -> verify(flow.port(), flow.packets()));
            }
        }
    }

    private void verify(long row, long found) {
        assertThat(found).as("row %s", row).isEqualTo(taken[(int) row]);
    }
}
