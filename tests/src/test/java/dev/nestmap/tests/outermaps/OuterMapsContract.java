/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.outermaps;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.tests.outermaps.Unwinding.Mapping;
import dev.nestmap.tests.outermaps.Unwinding.Page;
import dev.nestmap.tests.outermaps.Unwinding.StackDelta;
import dev.nestmap.tests.outermaps.UnwindingBpf.ExeIdMap;
import dev.nestmap.tests.outermaps.UnwindingBpf.MappingMap;
import dev.nestmap.tests.outermaps.UnwindingBpf.StackDeltaMap;
import dev.nestmap.tests.toolchain.ObjectContract;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several outer maps on one record are separate maps, both in the kernel and in memory. */
abstract class OuterMapsContract extends ObjectContract<UnwindingBpf> {
    @Test
    void eachNameIsASeparateMap() {
        bpf.exeIdTo9StackDeltas().create(7).put(new StackDelta(0, 1, 2));

        assertThat(bpf.exeIdTo9StackDeltas().get(7, 0)).isEqualTo(new StackDelta(0, 1, 2));
        assertThat(bpf.exeIdTo8StackDeltas().keys()).isEmpty();
        assertThat(bpf.exeIdTo10StackDeltas().keys()).isEmpty();
    }

    @Test
    void innerMapsHaveTheSizeThatTheirOuterMapDeclares() {
        Map<ExeIdMap, Integer> sizes = Map.of(
                bpf.exeIdTo8StackDeltas(), 1 << 8,
                bpf.exeIdTo9StackDeltas(), 1 << 9,
                bpf.exeIdTo10StackDeltas(), 1 << 10);

        sizes.forEach((outer, size) -> {
            StackDeltaMap deltas = outer.create(7);
            deltas.put(new StackDelta(size - 1, 1, 2));

            assertThat(outer.get(7, size - 1)).isEqualTo(new StackDelta(size - 1, 1, 2));
            assertBpfException(() -> deltas.put(new StackDelta(size, 1, 2))).hasErrno(Errno.E2BIG);
        });
    }

    @Test
    void anAccessorBindsByTheNameOfItsMap() {
        bpf.exeIdTo10StackDeltas().create(7);

        assertThat(List.of(
                        UnwindingBpf.EXE_ID_TO8_STACK_DELTAS_MAP,
                        UnwindingBpf.EXE_ID_TO9_STACK_DELTAS_MAP,
                        UnwindingBpf.EXE_ID_TO10_STACK_DELTAS_MAP))
                .filteredOn(declared -> bpf.map(declared).contains(7))
                .extracting(DeclaredMap::name)
                .containsExactly("exe_id_to_10_stack_deltas");
        assertThat(bpf.map(UnwindingBpf.EXE_ID_TO10_STACK_DELTAS_MAP)).isSameAs(bpf.exeIdTo10StackDeltas());
    }

    /** A service may look a map up for each request. An inner map keeps its handle for each accessor, so there must not be more of them. */
    @Test
    void lookingAMapUpAgainCreatesNoHandle() {
        Set<Object> handles = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 10_000; i++) {
            ExeIdMap map = bpf.map(UnwindingBpf.EXE_ID_TO10_STACK_DELTAS_MAP);
            handles.add(map);
            handles.add(map.getOrCreate(7));
        }
        assertThat(handles).hasSize(2);
    }

    @Test
    void eachMapHasItsOwnRequests() {
        assertThat(bpf.largePages().request(new Page(1, 2))).isTrue();

        bpf.smallPages().serveRequests(report -> {}).close();
        bpf.largePages().serveRequests(report -> {}).close();
        assertThat(bpf.smallPages().keys()).isEmpty();
        MappingMap created = Objects.requireNonNull(bpf.largePages().get(new Page(1, 2)));
        for (int i = 0; i < 4; i++) {
            created.put(new Mapping(i, i));
        }
        assertBpfException(() -> created.put(new Mapping(4, 4))).hasErrno(Errno.E2BIG);
    }
}
