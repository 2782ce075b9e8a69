/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Displaced.Doubt;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.schema.LostInsertMap;
import dev.nestmap.tests.maptypes.LostInsertsBpf.GuestMap;
import dev.nestmap.tests.maptypes.LostInsertsBpf.HitMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Generated helpers count inserts that failed, if the inner map's record asks for it. */
@KernelTest.AnyJdk
class KernelLostInsertsTest extends PinningTest {
    @InstalledClang.Each
    void countsInsertsIntoEachFullMap(InstalledClang clang) {
        try (LostInsertsBpf maps = open(clang)) {
            maps.guest().create(1);
            maps.guest().create(2).put(new LostInserts.Hit(1, 1));

            int first = overflow(maps);
            try (Displaced<Long, HitMap> full =
                    Objects.requireNonNull(maps.guest().rotate(1))) {
                overflow(maps);

                // Of five entries two fit, and three updates fail too.
                assertThat(full.map().id()).isEqualTo(first);
                assertThat(full.lostInserts()).isEqualTo(6);
                assertThat(full.doubts()).containsExactly(Doubt.LOST_INSERTS);
                full.acknowledge();
                assertThat(full.lostInserts()).as("after its end").isEqualTo(6);
                assertThat(full.doubts()).as("after its end").containsExactly(Doubt.LOST_INSERTS);
            }
            maps.guest().drainAll(drained -> {
                assertThat(drained.lostInserts()).isEqualTo(drained.key() == 1 ? 6 : 0);
                assertThat(drained.isExact()).isEqualTo(drained.key() != 1);
                assertThat(drained.map().count()).isPositive();
            });
            assertThat(maps.guest().drainAll(drained -> {})).isZero();
        }
    }

    /** The counts are pinned beside the outer map, and removed with the map whose inserts they count. */
    @Test
    void theNextProcessReadsTheCounts() {
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            maps.guest().create(1);
            overflow(maps);
            Objects.requireNonNull(maps.guest().rotate(1)).close();
        }
        assertThat(fs.path("guest-lost-inserts")).exists();

        try (GuestMap.Owned guests = LostInsertsBpf.GUEST_MAP.openPinned(fs.path("guest"))) {
            try (Displaced<Long, HitMap> full = guests.waitingTickets().get(0)) {
                assertThat(full.lostInserts()).isEqualTo(6);
            }
        }
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            assertThat(maps.guest()
                            .drainAll(
                                    drained -> assertThat(drained.lostInserts()).isEqualTo(6)))
                    .isEqualTo(1);
            overflow(maps);
            maps.guest().drainAll(drained -> assertThat(drained.lostInserts()).isEqualTo(6));
        }
    }

    /** Another map's count may have left the table since. */
    @Test
    void aMapThatGotNoCountIsInDoubtForEver() {
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            UntypedMap table = UntypedMap.of(maps, "hit_lost");
            maps.guest().create(1);
            overflow(maps);
            Displaced<Long, HitMap> counted =
                    Objects.requireNonNull(maps.guest().rotate(1));
            List<UntypedMap.Entry> others = IntStream.range(0, LostInsertMap.MAX_ENTRIES - 2)
                    .mapToObj(i -> new UntypedMap.Entry(
                            NativeBytes.of(Integer.MAX_VALUE - i), ByteString.of(new byte[Long.BYTES])))
                    .toList();
            table.putAll(others);

            overflow(maps);
            table.removeAll(others.stream().map(UntypedMap.Entry::key).toList());
            Displaced<Long, HitMap> uncounted =
                    Objects.requireNonNull(maps.guest().rotate(1));

            assertThat(counted.lostInserts()).isEqualTo(6);
            assertThat(uncounted.lostInserts()).isNull();
            assertThat(uncounted.doubts()).containsExactly(Doubt.LOST_INSERTS);
            counted.close();
            assertThat(maps.guest().drainWaiting(Displaced::discard)).isEqualTo(1);
            uncounted.discard();
            assertThat(counted.lostInserts()).as("after its end").isEqualTo(6);
            assertThat(uncounted.lostInserts()).as("after its end").isNull();
        }
    }

    @Test
    void aTicketEndsWithoutAWarningAfterItsOuterMap() throws IOException {
        Displaced<Long, HitMap> full;
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            maps.guest().create(1);
            overflow(maps);
            full = Objects.requireNonNull(maps.guest().rotate(1));
        }
        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            full.acknowledge();
            assertThat(log.messages()).isEmpty();
        }
        assertThat(fs.content()).noneMatch(file -> file.startsWith("guest-draining/"));
    }

    /** The table of the counts has a limited size: otherwise it would be full once as many tenants had come and gone. */
    @Test
    void aDiscardedMapLeavesNoCount() {
        try (LostInsertsBpf maps = open(InstalledClang.newest())) {
            HitMap first = maps.guest().create(1);
            overflow(maps);
            DrainedMap.discardDisplaced(maps.guest().share(2, first));

            assertThat(maps.guest().discard(1)).isTrue();
            assertThat(counts(maps)).as("the map is in a second slot").isEqualTo(1);
            assertThat(maps.guest().discard(2)).isTrue();
            assertThat(counts(maps)).isZero();

            maps.guest().create(1);
            overflow(maps);
            assertThat(maps.guest().discardAll()).isEqualTo(1);
            assertThat(counts(maps)).isZero();
        }
    }

    /** The number of maps that have a count. */
    private static long counts(LostInsertsBpf maps) {
        UntypedMap table = UntypedMap.of(maps, "hit_lost");
        return table.count() - (table.contains(NativeBytes.of(0)) ? 1 : 0);
    }

    private LostInsertsBpf open(InstalledClang clang) {
        return LostInsertsBpf.open(BpfObjects.of("lost_inserts", clang))
                .pins(pins)
                .load();
    }

    /** Runs the program once. Returns the id of the inner map. */
    private static int overflow(LostInsertsBpf maps) {
        assertThat(maps.program("overflow").testRun(new byte[64]).returnValue()).isEqualTo(6);
        return Objects.requireNonNull(maps.guest().get(1)).id();
    }
}
