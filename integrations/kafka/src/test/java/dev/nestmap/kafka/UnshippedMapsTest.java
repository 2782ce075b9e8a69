/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.kafka.CountsBpf.CountMap;
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

/** Which maps a shipper closes, depending on the last marker that it finds. */
class UnshippedMapsTest {
    private static final UUID BOOT = new UUID(1, 2);
    private static final String LAYOUT = "L0000000000000a";

    private final CountsBpf bpf = CountsBpf.inMemory();
    private final CountMap.Owned anyMap = bpf.tenant().detached();
    private final List<Integer> closed = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();
    private final Set<MapIdentity> pinned = new HashSet<>();
    private final UnshippedMaps maps = new UnshippedMaps("nestmap.machine.tenant", LAYOUT, "counts", () -> pinned);

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

    private static CommitMarker marker(String layout, UUID boot, int... ids) {
        Set<CommitMarker.Entry> entries = new HashSet<>();
        Arrays.stream(ids).forEach(id -> entries.add(CommitMarker.Entry.of(identity(id, boot))));
        return new CommitMarker(new UUID(3, 4), 17, layout, "counts", 3, boot, entries);
    }

    @Test
    void closesRecoveredMapsThatTheMarkerNames() {
        maps.add(map(1));
        maps.add(map(2));
        maps.add(map(3));

        assertThat(maps.resolve(marker(LAYOUT, BOOT, 1, 3, 9))).isEqualTo(2);

        assertThat(closed).containsExactly(1, 3);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void keepsAllMapsIfThereIsNoMarker() {
        maps.add(map(1));

        assertThat(maps.resolve(null)).isZero();

        assertThat(closed).isEmpty();
        assertThat(maps.waiting()).isEqualTo(1);
    }

    /** Ids begin again after the machine was started again, and may begin again before. */
    @Test
    void keepsMapsWithTheSameIdOfAnotherBootOrTime() {
        maps.add(map(1));
        CommitMarker.Entry earlier = new CommitMarker.Entry(1, Instant.ofEpochSecond(99));
        maps.resolve(new CommitMarker(new UUID(3, 4), 1, LAYOUT, "counts", 3, BOOT, Set.of(earlier)));
        UnshippedMaps afterBoot = new UnshippedMaps("nestmap.machine.tenant", LAYOUT, "counts", List::of);
        afterBoot.add(map(2));
        afterBoot.resolve(marker(LAYOUT, new UUID(7, 7), 2));

        assertThat(closed).isEmpty();
    }

    @Test
    void closesTheMapsOfATransactionInDoubtThatWasCommitted() {
        maps.resolve(null);
        maps.add(map(1));
        CommitMarker attempt = maps.begin(maps.next(9), 3);

        assertThat(maps.resolve(CommitMarker.read(attempt.write()))).isEqualTo(1);

        assertThat(closed).containsExactly(1);
        assertThat(maps.waiting()).isZero();
    }

    @Test
    void keepsTheMapsOfATransactionInDoubtThatWasNotCommitted() {
        maps.resolve(null);
        maps.add(map(1));
        CommitMarker first = maps.begin(maps.next(9), 3);
        maps.committed();
        maps.add(map(2));
        maps.begin(maps.next(9), 3);

        assertThat(maps.resolve(CommitMarker.read(first.write()))).isZero();

        assertThat(closed).containsExactly(1);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void stopsIfAnotherShipperHasCommitted() {
        maps.resolve(marker(LAYOUT, BOOT, 7));
        maps.add(map(1));

        assertThatThrownBy(() -> maps.resolve(marker(LAYOUT, BOOT, 8)))
                .isInstanceOf(ShippingException.class)
                .hasMessageContaining("another shipper")
                .hasMessageContaining("nestmap.machine.tenant")
                .hasMessageContaining("its maps wait");

        assertThat(closed).isEmpty();
    }

    /** An upgrade converts waiting maps to the new layout, and they keep their identity. */
    @Test
    void aMarkerOfThePreviousRecordsNamesConvertedMaps() {
        maps.add(map(1));
        maps.add(map(2));

        assertThat(maps.resolve(marker("L0000000000000b", BOOT, 1))).isEqualTo(1);

        assertThat(closed).containsExactly(1);
        assertThat(maps.next(9)).extracting(map -> map.identity().mapId()).containsExactly(2);
    }

    @Test
    void acceptsAMarkerOfOtherRecordsIfNothingWasLeft() {
        assertThat(maps.resolve(marker("L0000000000000b", BOOT, 1))).isZero();

        maps.add(map(2));
        assertThat(maps.begin(maps.next(9), 3).sequence()).isEqualTo(18);
    }

    /** Otherwise a later process recovers the map, finds it in no marker, and ships it once more. */
    @Test
    void everyLaterMarkerNamesAMapWhosePinCanNotBeRemoved() {
        maps.resolve(null);
        maps.add(map(1));
        pinned.add(identity(1, BOOT));
        maps.begin(maps.next(9), 3);
        maps.committed();
        assertThat(maps.hasStuck()).isTrue();

        maps.add(map(2));
        assertThat(maps.begin(maps.next(9), 3).maps())
                .containsExactlyInAnyOrder(
                        CommitMarker.Entry.of(identity(1, BOOT)), CommitMarker.Entry.of(identity(2, BOOT)));
        maps.committed();

        pinned.clear(); // the runtime has removed the pin
        assertThat(closed).containsExactly(1, 2);
        assertThat(maps.hasStuck()).isFalse();
        maps.add(map(3));
        assertThat(maps.begin(maps.next(9), 3).maps()).containsExactly(CommitMarker.Entry.of(identity(3, BOOT)));
    }

    @Test
    void aDamagedMarkerIsRejected() {
        byte[] marker = marker(LAYOUT, BOOT, 1, 2).write();

        assertThat(CommitMarker.read(marker)).isEqualTo(marker(LAYOUT, BOOT, 1, 2));
        for (int length = 0; length < marker.length; length++) {
            byte[] cut = Arrays.copyOf(marker, length);
            assertThatIllegalArgumentException().isThrownBy(() -> CommitMarker.read(cut));
        }
    }
}
