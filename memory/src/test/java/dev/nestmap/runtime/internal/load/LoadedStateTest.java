/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapObject;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.DelegatingMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All maps close although one cannot be closed. */
class LoadedStateTest {
    private static final Schema SCHEMA = new Schema(
            "Counters",
            "counters",
            List.of(),
            List.of(),
            List.of(
                    new MapDef("inner", MapRole.INNER, MapKind.HASH, 8, 0, Scalar.U32, Scalar.U64, null),
                    new MapDef("first", MapRole.OUTER, MapKind.HASH_OF_MAPS, 8, 0, Scalar.U32, null, "inner"),
                    new MapDef("second", MapRole.OUTER, MapKind.HASH_OF_MAPS, 8, 0, Scalar.U32, null, "inner")));

    private final HeapObject heap = new HeapObject(SCHEMA);
    private final List<Integer> closed = new ArrayList<>();
    private boolean backendClosed;

    @Test
    void closesTheOtherMapsIfOneCantBeClosed() {
        LoadedState object = new LoadedState(SCHEMA, SCHEMA, new Stuck(), Map.of(), Map.of(), Set.of(), Set.of());
        List<Integer> ids = new ArrayList<>();
        for (String outer : List.of("first", "second")) {
            Nest state = Objects.requireNonNull(object.nest(outer));
            for (byte key = 1; key <= 2; key++) {
                SlotKey slot = new SlotKey(key, new byte[] {key, 0, 0, 0});
                state.create(List.of(slot), (at, fresh) -> ids.add(fresh.id()));
            }
        }

        assertThatThrownBy(object::close)
                .hasMessageContaining("stuck")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .as("the second failure in this outer map, and the failure in the other one")
                        .hasSize(2));
        assertThat(closed).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(backendClosed).isTrue();
    }

    /** Maps on the heap whose inner maps fail when they are closed. */
    private final class Stuck extends DelegatingFactory implements ObjectBackend {
        Stuck() {
            super(heap.factory());
        }

        @Override
        public RawMap create(MapShape shape, @Nullable RawMap prototype) {
            return new StuckMap(super.create(shape, prototype));
        }

        @Override
        public MapFactory factory() {
            return this;
        }

        @Override
        public Map<String, RawMap> maps() {
            Map<String, RawMap> maps = new LinkedHashMap<>();
            heap.maps().forEach((name, map) -> maps.put(name, new OuterOfStuck(map)));
            return maps;
        }

        @Override
        public List<UntypedProgram> programs() {
            return List.of();
        }

        @Override
        public Set<Integer> mapIdsOf(Program program) {
            return Set.of();
        }

        @Override
        public boolean inMemory() {
            return true;
        }

        @Override
        public void close() {
            backendClosed = true;
            heap.close();
        }
    }

    private final class StuckMap extends DelegatingMap {
        private final RawMap heapMap;

        StuckMap(RawMap heapMap) {
            super(heapMap);
            this.heapMap = heapMap;
        }

        @Override
        public void close() {
            closed.add(id());
            super.close();
            throw BpfException.of(Reason.SYSTEM_CALL, "closing").because("stuck");
        }
    }

    /** Passes the wrapped maps to the heap. */
    private static final class OuterOfStuck extends DelegatingMap {
        OuterOfStuck(RawMap map) {
            super(map);
        }

        @Override
        public int update(OffHeapBlock block, int keyAt, RawMap inner, long flags) {
            return super.update(block, keyAt, ((StuckMap) inner).heapMap, flags);
        }

        @Override
        public int updateBatch(Batch keys, List<RawMap> inners) {
            return super.updateBatch(
                    keys,
                    inners.stream().map(inner -> ((StuckMap) inner).heapMap).toList());
        }
    }
}
