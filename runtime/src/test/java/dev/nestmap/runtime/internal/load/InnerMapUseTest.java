/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.NamedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.KernelType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inner maps that a program must not use, and those with a warning for sleepable programs. The module {@code tests} compares plain
 * maps with the kernel.
 */
class InnerMapUseTest {
    /** Plain maps that the kernel rejects: {@code check_map_prog_compatibility} in kernel/bpf/verifier.c of Linux 6.18. */
    private static final Set<MapKind> FREED_UNDER_IT = EnumSet.of(
            MapKind.LPM_TRIE,
            MapKind.BLOOM_FILTER,
            MapKind.STACK_TRACE,
            MapKind.PERF_EVENT_ARRAY,
            MapKind.CGROUP_ARRAY,
            MapKind.DEVMAP,
            MapKind.DEVMAP_HASH,
            MapKind.CPUMAP,
            MapKind.XSKMAP,
            MapKind.SOCKMAP,
            MapKind.SOCKHASH,
            MapKind.REUSEPORT_SOCKARRAY);

    private final Logger logger = Logger.getLogger("dev.nestmap.runtime");
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    static Stream<MapKind> innerKinds() {
        return MapKind.where(kind -> kind.isSupported() && !kind.isMapOfMaps() && !kind.holdsPrograms()).stream();
    }

    @ParameterizedTest
    @MethodSource("innerKinds")
    void warnsSleepableProgramsOfMapsWithFreedEntries(MapKind kind) {
        check(kind, "syscall");
        check(kind, "lsm.s/file_open");
        assertThat(logged).hasSize(FREED_UNDER_IT.contains(kind) ? 2 : 0);

        logged.clear();
        check(kind, "xdp");
        assertThat(logged).isEmpty();
    }

    /** The same kernel function, for plain maps. */
    @ParameterizedTest
    @MethodSource
    void rejectsFieldsThatTracingProgramsWouldWaitFor(CType field, boolean isBarred) {
        InnerMapUse use = use(field);

        for (String section : List.of("kprobe/x", "uretprobe/x", "tp/x/y", "raw_tp", "perf_event")) {
            NamedProgram program = new NamedProgram("p", section);
            if (isBarred) {
                assertThatThrownBy(() -> use.check(program))
                        .isInstanceOf(BpfException.class)
                        .hasMessageContaining(field.spelling());
            } else {
                use.check(program);
            }
        }
        List.of("xdp", "tc", "fentry/x", "lsm/x").forEach(section -> use.check(new NamedProgram("p", section)));
    }

    static Stream<Arguments> rejectsFieldsThatTracingProgramsWouldWaitFor() {
        return Stream.of(
                Arguments.of(KernelType.SPIN_LOCK, true),
                Arguments.of(KernelType.TIMER, true),
                Arguments.of(KernelType.WORK_QUEUE, true),
                Arguments.of(new GraphRoot(KernelType.LIST_HEAD, "node", "link"), true),
                Arguments.of(new GraphRoot(KernelType.RB_ROOT, "node", "link"), true),
                Arguments.of(KernelType.TASK_WORK, false));
    }

    @Test
    void rejectsLocksOnlyForSocketFilters() {
        NamedProgram filter = new NamedProgram("p", "socket");

        assertThatThrownBy(() -> use(KernelType.SPIN_LOCK).check(filter)).hasMessageContaining("a socket filter");
        use(KernelType.TIMER).check(filter);
    }

    private static InnerMapUse use(CType field) {
        StructType value = StructType.of(
                "v", List.of(new StructType.Member("count", Scalar.U64), new StructType.Member("field", field)));
        MapDef inner = new MapDef("inner", MapRole.INNER, MapKind.HASH, 4, 0, Scalar.U32, value, null);
        return new InnerMapUse("object", "outer", MapShape.of(inner));
    }

    private void check(MapKind kind, String section) {
        logger.addHandler(collector);
        logger.setUseParentHandlers(false);
        try {
            new InnerMapUse("object", "outer", new MapShape("inner", kind, 0, 0, 1, 0))
                    .check(new NamedProgram("p", section));
        } finally {
            logger.removeHandler(collector);
            logger.setUseParentHandlers(true);
        }
    }
}
