/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static dev.nestmap.runtime.internal.migrate.PinnedCounts.AFTER;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.BEFORE;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.accepts;
import static dev.nestmap.runtime.internal.migrate.PinnedCounts.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An upgrade of two outer maps that is interrupted before a change of pins, and then continued, rolled back or interrupted again, loses no count and drains
 * none twice. {@code JarKillTest} kills processes.
 */
@KernelTest
@Tag("long")
class KernelMigrationCrashTest extends PinningTest {
    private static final Schema OLD = PinnedCounts.withSite(BEFORE);
    private static final Schema NEW = PinnedCounts.withSite(AFTER);

    /** The outer maps share an inner map: it is drained once. */
    @Test
    void losesAndDoublesNoCountOfTwoOuterMaps() throws Exception {
        Set<String> states = new HashSet<>();
        boolean ended = false;
        int moments = Moments.first();
        for (; !ended; moments += Moments.STEP) {
            for (int rollback : new int[] {-1, moments, 200}) {
                String when = "moments " + moments + " and " + rollback + ", seed " + Moments.SEED;
                createBoth();
                ended = endsBefore(NEW, moments);
                states.add(version(when));
                if (rollback >= 0) { // otherwise the new version starts
                    endsBefore(OLD, rollback);
                    version(when);
                }
                upgrade(NEW, new KernelPins());
                assertThat(drained()).as(when).isEqualTo(Map.of(10, 5L + 7L + 30L + 1000L, 11, 0xffff_ffffL));
                assertThat(counts(NEW, fs)).as(when).isEqualTo(Map.of(1, Map.of(), 2, Map.of(), 3, Map.of()));
                assertThat(fs.content().stream()
                                .filter(file -> !file.contains("-draining"))
                                .collect(Collectors.joining(" ")))
                        .as(when)
                        .isEqualTo("owner site site-inner site-inner/5 site-inner/6 tenant tenant-inner"
                                + " tenant-inner/1 tenant-inner/2 tenant-inner/3");
                mountAnew();
            }
        }
        assertThat(moments).as("moments").isGreaterThan(36);
        assertThat(states).containsExactlyInAnyOrder("old", "new");
    }

    /** Inner map 1 of {@code tenant} is also at key 5 of {@code site}. One map was taken out before, and waits. */
    private void createBoth() {
        KernelPins pins = new KernelPins();
        PinnedCounts.create(OLD, fs);
        try (RawMap site = PinnedCounts.createOuter(OLD, fs, "site");
                RawMap shared = Objects.requireNonNull(
                        pins.open(PinnedCounts.paths(fs, "tenant").inner("1"), MapAccess.READ_WRITE));
                RawMap own = PinnedCounts.inner(OLD, 10, 30);
                RawMap waiting = PinnedCounts.inner(OLD, 10, 1000)) {
            PinnedCounts.putAt(fs, "site", site, 5, shared);
            PinnedCounts.putAt(fs, "site", site, 6, own);
            Path pin = PinnedCounts.paths(fs, "tenant").draining("2", waiting.id(), false);
            pins.pin(waiting, pin, PinOptions.defaults());
        }
    }

    private void upgrade(Schema to, Pins pins) {
        Upgrades.complete(Stream.of("tenant", "site")
                .map(map -> PinnedCounts.migrator(to, pins, fs, map))
                .toList());
    }

    private boolean endsBefore(Schema to, int moment) {
        try {
            upgrade(to, new Interrupted(moment).pins());
            return true;
        } catch (Interrupted.End e) {
            return false;
        }
    }

    /** Both maps are of one version. */
    private String version(String when) {
        List<Boolean> areOld = new ArrayList<>();
        for (String map : List.of("tenant", "site")) {
            areOld.add(accepts(OLD, fs, map));
            areOld.add(!accepts(NEW, fs, map));
        }
        assertThat(new HashSet<>(areOld)).as(when).hasSize(1);
        return areOld.get(0) ? "old" : "new";
    }

    /** The sums of all maps that wait. */
    private Map<Integer, Long> drained() {
        Map<Integer, Long> sums = new TreeMap<>();
        for (String map : List.of("tenant", "site")) {
            PinnedCounts.drained(fs, map, NEW)
                    .values()
                    .forEach(slot -> slot.forEach((key, packets) -> sums.merge(key, packets, Long::sum)));
        }
        return sums;
    }
}
