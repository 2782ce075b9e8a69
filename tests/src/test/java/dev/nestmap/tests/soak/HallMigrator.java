/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import java.nio.file.Path;
import java.util.Random;

/** Counts in a pinned map, migrates it to the other version of its records, and requires that nothing is lost. */
final class HallMigrator {
    private static final int HALL = 3;
    private static final int ROWS = 10;

    private final Path pin;
    private final PinOptions options;
    private final long[] taken = new long[ROWS];
    private boolean later;

    HallMigrator(Path pin, PinOptions options) {
        this.pin = pin;
        this.options = options;
        MovedBpf.HALL_MAP.create(pin, options).close();
    }

    void migrate(Random random) {
        int row = random.nextInt(ROWS);
        taken[row]++;
        if (later) {
            try (MovedLaterBpf.HallMap.Owned halls = MovedLaterBpf.HALL_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).put(new MovedLater.Seat(row, taken[row], row, 0));
            }
            MovedBpf.HALL_MAP.migrate(
                    pin, options, Migration.fromBtf().copy(MovedBpf.HALL_MAP).drop("seat", "reserved"));
        } else {
            try (MovedBpf.HallMap.Owned halls = MovedBpf.HALL_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).put(new Moved.Seat(row, taken[row], row));
            }
            MovedLaterBpf.HALL_MAP.migrate(pin, options, Migration.fromBtf().copy(MovedLaterBpf.HALL_MAP));
        }
        later = !later;
        verify();
    }

    private void verify() {
        if (later) {
            try (MovedLaterBpf.HallMap.Owned halls = MovedLaterBpf.HALL_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).forEach(seat -> verify(seat.row(), seat.taken()));
            }
        } else {
            try (MovedBpf.HallMap.Owned halls = MovedBpf.HALL_MAP.openPinned(pin)) {
                halls.getOrCreate(HALL).forEach(seat -> verify(seat.row(), seat.taken()));
            }
        }
    }

    private void verify(long row, long found) {
        assertThat(found).as("row %s", row).isEqualTo(taken[(int) row]);
    }
}
