/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.Interleaving;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.PinningTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two objects of one process migrate two maps of one set, each in the middle of the other one: both use the directory of the next generation. */
@KernelTestOnOneJdk
@Timeout(300)
@Tag("long")
class KernelTwoMigrationsTest extends PinningTest {
    private static final Map<Integer, Long> SUMS = Map.of(1, 5 + 0xffff_ffffL, 2, 7L, 3, 0L);

    private final Interleaving interleaving = new Interleaving();

    @Test
    void eachCountComesOutOnce() throws IOException {
        TreeSet<String> outcomes = new TreeSet<>();
        boolean inserted = true;
        for (int n = 0; inserted; n++) {
            PinnedCounts.create(BEFORE, fs);
            PinnedCounts.create(BEFORE, fs, "other");
            String[] ends = {"", ""};
            inserted = interleaving.run(
                    () -> ends[0] = upgrade("tenant", interleaving.pins()),
                    n,
                    () -> ends[1] = upgrade("other", interleaving.pins()));
            if (inserted) {
                outcomes.add(ends[0] + ", " + ends[1]);
            }
            String when = "before operation " + n + ": " + ends[0] + ", " + ends[1];
            for (String pin : new String[] {"tenant", "other"}) {
                assertThat(upgrade(pin, new KernelPins())).as(when).isEqualTo("done");
                assertThat(waiting(pin)).as(when).isEqualTo(SUMS);
            }
            assertThat(fs.content())
                    .as(when)
                    .noneMatch(file -> file.matches("next.*|converted|.*-retired.*"))
                    .contains("tenant", "other");
            mountAnew();
        }
        assertThat(outcomes).contains("done, done", "done, refused");
    }

    /** Does what a load does with one outer map. */
    private String upgrade(String pin, Pins pins) {
        PinnedMapMigrator migrator = Upgrades.migrator(
                AFTER,
                AFTER,
                "tenant",
                PinnedCounts.from(BEFORE).drain(() -> "tenant"),
                new ClaimedPin(pins, PinnedCounts.paths(fs, pin)));
        try {
            Upgrades.complete(List.of(migrator));
            return "done";
        } catch (BpfException e) {
            assertThat(e.errno()).as(e.getMessage()).isEqualTo(Errno.EAGAIN);
            return "refused";
        }
    }

    /** What the maps that wait have counted, by their keys. */
    private Map<Integer, Long> waiting(String pin) {
        Map<Integer, Long> sums = new TreeMap<>();
        for (Path file : new KernelPins().list(PinnedCounts.paths(fs, pin).draining())) {
            int key = Integer.parseInt(String.valueOf(file.getFileName()).replaceFirst("-.*", ""));
            try (RawMap map = Objects.requireNonNull(new KernelPins().open(file, MapAccess.READ_ONLY))) {
                long sum = PinnedCounts.packets(map, PinnedCounts.MORE).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
                assertThat(sums.put(key, sum)).as("another map of key " + key).isNull();
            }
        }
        return sums;
    }
}
