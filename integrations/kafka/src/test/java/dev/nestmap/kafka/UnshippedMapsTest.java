/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.Counts.Count;
import dev.nestmap.kafka.Counts.CpuCount;
import dev.nestmap.kafka.CountsBpf.CountMap;
import dev.nestmap.kafka.CountsBpf.CpuCountMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shipper closes the maps that its last marker names, and keeps all others. */
class UnshippedMapsTest {
    /** No shipper has committed anything. */
    static final LastMarkers NO_MARKERS = new LastMarkers(Map.of(), null);

    private static final UUID BOOT = new UUID(1, 2);
    private static final String ID = "nestmap.machine.tenant";
    private static final MarkerKey KEY = new MarkerKey(ID, BOOT, 7);
    private static final Destination TO = new Destination(new PartPosition(ID, new UUID(5, 6), 17), 2);

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final CountMap.Owned anyMap = bpf.tenant().detached();
    private final List<Integer> closed = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();
    private final Set<MapIdentity> pinned = new HashSet<>();
    private final UnshippedMaps maps = new UnshippedMaps(KEY, "counts", () -> pinned);

    @AfterEach
    void close() {
        anyMap.close();
        bpf.close();
    }

    private static MapIdentity identity(int id, UUID boot) {
        return new MapIdentity("machine", boot, id, Instant.ofEpochSecond(100, id), "tenant", ByteString.ofHex("2a"));
    }

    private UnshippedMap map(int id) {
        return new UnshippedMap(
                identity(id, BOOT), anyMap, () -> closed.add(id), () -> left.add(id), Part.NOT_COUNTED, Map.of());
    }

    /** Each failure costs a new producer: maps that still fail must not come one after the other before the other keys. */
    @Test
    void eachRetryIsOfTheMapThatHasWaitedLongest() {
        for (int id = 1; id <= 3; id++) {
            maps.add(map(id));
        }
        List<UnshippedMap> all = maps.next(10);
        all.forEach(map -> assertThat(maps.setAside(map, 10)).isTrue());
        assertThat(maps.next(10)).isEmpty();

        for (int i = 0; i < 4; i++) {
            UnshippedMap retried = all.get(i % 3);
            maps.retry();
            assertThat(maps.next(10)).containsExactly(retried);
            assertThat(maps.setAside(retried, 10)).isTrue();
            assertThat(maps.next(10)).isEmpty();
        }
    }

    @Test
    void theProblemIsOneOfAMapThatStillFails() {
        ShipperStatisticsRecorder progress = new ShipperStatisticsRecorder();
        UnshippedMap sent = map(1);
        UnshippedMap failing = map(2);

        progress.failing(sent, "the first fails");
        assertThat(progress.failing(failing, "the second fails")).startsWith("the second fails. ");
        assertThat(progress.now().problem()).startsWith("the first fails. ");
        assertThat(progress.now().failingMaps()).isEqualTo(2);

        progress.failing(Set.of(failing));
        assertThat(progress.now().problem()).startsWith("the second fails. ").contains(" 1 maps fail");

        progress.failing(Set.of());
        assertThat(progress.now().problem()).isNull();
        assertThat(progress.now().problemSince()).isNull();
    }

    /** A map to which programs may have written after its displacement is not exact, also if it has waited. */
    @Test
    void aMapInDoubtIsNeverExact() {
        bpf.tenant().create(1L).put(new Count(7, 70));
        bpf.cpuTenant().create(1L).putForEachCpu(new CpuCount(7, 70));
        DrainedMapSource<Long, Count, CountMap> counts = new DrainedMapSource<>(bpf.tenant(), false, key -> Map.of());
        DrainedMapSource<Long, List<CpuCount>, CpuCountMap> uncheckedCpuCounts =
                new DrainedMapSource<>(bpf.cpuTenant(), true, key -> Map.of());
        List<UnshippedMap> exact = new ArrayList<>();
        List<UnshippedMap> inDoubt = new ArrayList<>();

        counts.rotate(List.of(1L), exact::add);
        bpf.tenant().expert().unchecked().rotateAll(List.of(1L)).forEach(Displaced::close);
        counts.recover(inDoubt::add);
        uncheckedCpuCounts.rotate(List.of(1L), inDoubt::add);

        assertThat(exact).singleElement().satisfies(map -> {
            assertThat(map.lostInserts()).isZero();
            assertThat(map.isExact(1)).isTrue();
        });
        assertThat(inDoubt).hasSize(2).allSatisfy(map -> {
            assertThat(map.lostInserts()).isEqualTo(Part.UNKNOWN);
            assertThat(map.isExact(1)).isFalse();
        });
        exact.forEach(map -> map.acknowledge().run());
        inDoubt.forEach(map -> map.acknowledge().run());
    }

    private static CommitMarker marker(UUID boot, int... ids) {
        Set<CommitMarker.Entry> entries = new HashSet<>();
        Arrays.stream(ids).forEach(id -> entries.add(CommitMarker.Entry.of(identity(id, boot))));
        return new CommitMarker(new UUID(3, 4), new UUID(5, 6), 17, "counts", 2, boot, entries);
    }

    /** The last marker of this outer map. */
    private static LastMarkers found(CommitMarker marker) {
        return new LastMarkers(Map.of(KEY, marker), marker);
    }

    @Test
    void closesRecoveredMapsThatTheMarkerNames() {
        maps.add(map(1));
        maps.add(map(2));
        maps.add(map(3));

        assertThat(maps.resolve(found(marker(BOOT, 1, 3, 9)))).isEqualTo(2);

        assertThat(closed).containsExactly(1, 3);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void keepsAllMapsIfThereIsNoMarker() {
        maps.add(map(1));

        assertThat(maps.resolve(NO_MARKERS)).isZero();

        assertThat(closed).isEmpty();
        assertThat(maps.waiting()).isEqualTo(1);
    }

    /** Ids begin again after the machine was started again, and may begin again before. */
    @Test
    void keepsMapsWithTheSameIdOfAnotherBootOrTime() {
        maps.add(map(1));
        CommitMarker.Entry earlier = new CommitMarker.Entry(1, Instant.ofEpochSecond(99));
        maps.resolve(found(new CommitMarker(new UUID(3, 4), new UUID(5, 6), 1, "counts", 2, BOOT, Set.of(earlier))));
        UnshippedMaps afterBoot = new UnshippedMaps(KEY, "counts", List::of);
        afterBoot.add(map(2));
        afterBoot.resolve(found(marker(new UUID(7, 7), 2)));

        assertThat(closed).isEmpty();
    }

    @Test
    void closesTheMapsOfATransactionInDoubtThatWasCommitted() {
        maps.resolve(NO_MARKERS);
        maps.add(map(1));
        CommitMarker attempt = maps.begin(maps.next(9), TO, 1);

        assertThat(maps.resolve(found(CommitMarker.read(attempt.write())))).isEqualTo(1);

        assertThat(closed).containsExactly(1);
        assertThat(maps.waiting()).isZero();
    }

    @Test
    void keepsTheMapsOfATransactionInDoubtThatWasNotCommitted() {
        maps.resolve(NO_MARKERS);
        maps.add(map(1));
        CommitMarker first = maps.begin(maps.next(9), TO, 1);
        maps.committed();
        maps.add(map(2));
        maps.begin(maps.next(9), TO, 1);

        assertThat(maps.resolve(found(CommitMarker.read(first.write())))).isZero();

        assertThat(closed).containsExactly(1);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void stopsIfAnotherShipperHasCommitted() {
        maps.resolve(found(marker(BOOT, 7)));
        maps.add(map(1));

        assertThatThrownBy(() -> maps.resolve(found(marker(BOOT, 8))))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("another shipper")
                .hasMessageContaining("nestmap.machine.tenant")
                .hasMessageContaining("its maps wait");

        assertThat(closed).isEmpty();
    }

    /** One replica and a power failure, or an unclean election: the marker that is found is an earlier one of this shipper. */
    @Test
    void saysThatTheTopicOfMarkersHasLostItsEnd() {
        maps.resolve(NO_MARKERS);
        maps.add(map(1));
        CommitMarker first = maps.begin(maps.next(9), TO, 1);
        maps.committed();
        maps.add(map(2));
        maps.begin(maps.next(9), new Destination(new PartPosition(ID, new UUID(5, 6), 18), 2), 3);
        maps.committed();
        maps.add(map(3));

        assertThatThrownBy(() -> maps.resolve(found(CommitMarker.read(first.write()))))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("lost its end")
                .hasMessageContaining("ends with part 18 instead of 21")
                .hasMessageContaining("withMarkerTopic");

        assertThat(closed).containsExactly(1, 2);
        assertThat(maps.waiting()).isEqualTo(1);
    }

    /** An upgrade with a migration makes another outer map, and waiting maps keep their identity. */
    @Test
    void theMarkerOfThePreviousOuterMapNamesConvertedMaps() {
        maps.add(map(1));
        maps.add(map(2));
        CommitMarker previous = marker(BOOT, 1);
        CommitMarker latest = marker(new UUID(7, 7), 9);

        assertThat(maps.resolve(new LastMarkers(
                        Map.of(new MarkerKey(ID, BOOT, 6), previous, new MarkerKey(ID, new UUID(7, 7), 6), latest),
                        latest)))
                .isEqualTo(1);

        assertThat(closed).containsExactly(1);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void continuesTheSeriesInItsPartition() {
        assertThat(maps.resolve(found(marker(BOOT, 1)))).isZero();

        assertThat(maps.destination(3)).isEqualTo(TO);
        assertThat(maps.destination(100)).isEqualTo(TO); // partitions were added
        maps.add(map(2));
        assertThat(maps.begin(maps.next(9), TO, 5).number()).isEqualTo(22);
    }

    @Test
    void beginsASeriesForEachTopic() {
        UnshippedMaps other = new UnshippedMaps(KEY, "others", List::of);
        other.resolve(found(marker(BOOT, 1)));

        assertThat(other.destination(3).last().number()).isZero();
        assertThat(other.destination(3).last().series()).isNotEqualTo(new UUID(5, 6));
        assertThat(maps.destination(1).partition()).isZero();
        assertThat(maps.destination(3).partition()).isBetween(0, 2);
    }

    /** Otherwise the map is found again, and shipped a second time. */
    @Test
    void givesBackAllMapsEvenIfThisFailsForOne() {
        maps.add(new UnshippedMap(
                identity(1, BOOT),
                anyMap,
                () -> {},
                () -> {
                    throw new OutOfMemoryError("made by this test");
                },
                Part.NOT_COUNTED,
                Map.of()));
        maps.add(map(2));

        assertThatThrownBy(maps::giveBack).isInstanceOf(OutOfMemoryError.class);

        assertThat(left).containsExactly(2);
        assertThat(maps.waiting()).isZero();
    }

    @Test
    void acknowledgesAgainIfThatFailed() {
        maps.resolve(NO_MARKERS);
        maps.add(new UnshippedMap(
                identity(1, BOOT),
                anyMap,
                () -> {
                    throw new OutOfMemoryError("made by this test");
                },
                () -> {},
                Part.NOT_COUNTED,
                Map.of()));
        maps.begin(maps.next(9), TO, 1);
        assertThatThrownBy(maps::committed).isInstanceOf(OutOfMemoryError.class);
        pinned.add(identity(1, BOOT));

        assertThat(maps.hasStuck()).isTrue();
        maps.add(map(1));

        assertThat(closed).containsExactly(1);
        assertThat(maps.waiting()).isZero();
    }

    /** Otherwise a later process recovers the map, finds it in no marker, and ships it once more. */
    @Test
    void everyLaterMarkerNamesAMapWhosePinCanNotBeRemoved() {
        maps.resolve(NO_MARKERS);
        maps.add(map(1));
        pinned.add(identity(1, BOOT));
        maps.begin(maps.next(9), TO, 1);
        maps.committed();
        assertThat(maps.hasStuck()).isTrue();

        maps.add(map(2));
        assertThat(maps.begin(maps.next(9), TO, 1).maps())
                .containsExactlyInAnyOrder(
                        CommitMarker.Entry.of(identity(1, BOOT)), CommitMarker.Entry.of(identity(2, BOOT)));
        maps.committed();

        pinned.clear(); // the runtime has removed the pin
        assertThat(closed).containsExactly(1, 2);
        assertThat(maps.hasStuck()).isFalse();
        maps.add(map(3));
        assertThat(maps.begin(maps.next(9), TO, 1).maps()).containsExactly(CommitMarker.Entry.of(identity(3, BOOT)));
    }

    @Test
    void aDamagedMarkerIsRejected() {
        byte[] marker = marker(BOOT, 1, 2).write();

        assertThat(CommitMarker.read(marker)).isEqualTo(marker(BOOT, 1, 2));
        for (int length = 0; length < marker.length; length++) {
            byte[] cut = Arrays.copyOf(marker, length);
            assertThatIllegalArgumentException().isThrownBy(() -> CommitMarker.read(cut));
        }
        for (int[] wrong : new int[][] {{-5, 2}, {17, -1}}) {
            byte[] negative = new CommitMarker(
                            new UUID(3, 4), new UUID(5, 6), wrong[0], "counts", wrong[1], BOOT, Set.of())
                    .write();
            assertThatIllegalArgumentException().isThrownBy(() -> CommitMarker.read(negative));
        }
    }
}
