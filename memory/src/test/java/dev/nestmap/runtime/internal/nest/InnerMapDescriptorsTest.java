/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Idle inner maps are closed only if they lose nothing. */
class InnerMapDescriptorsTest {
    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});

    private final HeapMapFactory factory = new HeapMapFactory();

    @Test
    void mapsThatKeepTheirContentMayBeClosed() {
        assertThat(obstacle(MapKind.HASH, 0)).isNull();
        assertThat(obstacle(MapKind.ARRAY, MapFlags.MMAPABLE)).isNull();
        assertThat(obstacle(MapKind.HASH, 0, ManagedFieldType.SPIN_LOCK)).isNull();
    }

    @Test
    void mapsThatLoseSomethingWithTheirLastDescriptorStayOpen() {
        assertThat(obstacle(MapKind.HASH, 0, ManagedFieldType.SPIN_LOCK, ManagedFieldType.TIMER))
                .isEqualTo(
                        "a HASH as the records declare it can lose timers, events, programs or access rights when its last"
                                + " descriptor is closed");
        assertThat(obstacle(MapKind.ARRAY, 0, ManagedFieldType.WORK_QUEUE)).contains("ARRAY");
        assertThat(obstacle(MapKind.RINGBUF, 0)).contains("RINGBUF");
        assertThat(obstacle(MapKind.SOCKMAP, 0)).contains("SOCKMAP");
        assertThat(obstacle(MapKind.PERF_EVENT_ARRAY, 0)).contains("PERF_EVENT_ARRAY");
        assertThat(obstacle(MapKind.HASH, MapFlags.RDONLY))
                .as("it would be opened with more access")
                .isNotNull();
    }

    @Test
    void mapsMayBeClosedAlsoIfNoDescriptorIsFree() {
        assertThat(obstacleIfOpeningReturns(-ErrnoNumbers.EMFILE)).isNull();
        assertThat(obstacleIfOpeningReturns(-ErrnoNumbers.EPERM)).isNotNull();
    }

    private InnerMapDescriptors.@Nullable Obstacle obstacleIfOpeningReturns(int result) {
        MapFactory refusing = new DelegatingFactory(factory) {
            @Override
            public int tryOpen(int id) {
                return result;
            }
        };
        MapShape shape = new MapShape("inner", MapKind.HASH, 4, 8, 1, 0);
        OpenMap outer = new OpenMap("outer", factory.create(shape, null));
        try {
            return new InnerMapDescriptors(outer, shape, refusing, null).obstacle(SLOT, 1);
        } finally {
            outer.close();
        }
    }

    @Test
    void leavesNoMapOpenIfTheOuterMapIsClosedMeanwhile() {
        MapShape shape = new MapShape("inner", MapKind.ARRAY, 4, 8, 1, 0);
        OpenMap outer = new OpenMap("outer", factory.create(shape, null));
        RawMap inner = factory.create(shape, null);
        InnerMapDescriptors descriptors = new InnerMapDescriptors(outer, shape, factory, null);
        outer.close();

        assertThatThrownBy(() -> descriptors.reopen(SLOT, inner)).isInstanceOf(InvalidHandleException.class);

        inner.close();
        assertThat(factory.open(inner.id())).as("nothing keeps the map").isNull();
    }

    @Test
    void aFailedSearchForIdleMapsDoesNotHideTheResultOfAChange() {
        MapShape shape = new MapShape("inner", MapKind.HASH, 4, 8, 1, 0);
        RawMap prototype = factory.create(shape, null);
        RawMap slots = factory.create(new MapShape("outer", MapKind.HASH_OF_MAPS, 4, 4, 2, 0), prototype);
        prototype.close();
        MapFactory failing = new DelegatingFactory(factory) {
            @Override
            public int tryOpen(int id) {
                throw new LinkageError("a test");
            }
        };
        System.setProperty(DescriptorLimit.PROPERTY, "1");
        try (OpenMap outer = new OpenMap("outer", slots)) {
            Nest nest = new Nest(outer, shape, failing, List.of(), null, null);
            SlotKey second = new SlotKey(2, new byte[] {2, 0, 0, 0});

            List<SlotChange> changes = nest.create(List.of(SLOT, second), (slot, inner) -> {});

            assertThat(changes).extracting(SlotChange::result).containsExactly(0, 0);
            nest.close("the test is over");
        } finally {
            System.clearProperty(DescriptorLimit.PROPERTY);
        }
    }

    private @Nullable String obstacle(MapKind kind, long flags, ManagedFieldType... fields) {
        List<ManagedField> managed =
                Arrays.stream(fields).map(type -> new ManagedField(type, 0)).toList();
        RawMap raw = factory.create(new MapShape("inner", MapKind.ARRAY, 4, 8, 1, 0), null);
        OpenMap map = new OpenMap("inner", raw);
        try {
            MapShape shape = new MapShape("inner", kind, 4, 64, 8, flags, 0, 0, managed);
            InnerMapDescriptors.Obstacle obstacle =
                    new InnerMapDescriptors(map, shape, factory, null).obstacle(SLOT, map.id());
            return obstacle == null ? null : obstacle.reason();
        } finally {
            map.close();
        }
    }
}
