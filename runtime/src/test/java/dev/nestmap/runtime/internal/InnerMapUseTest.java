/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.NamedProgram;
import dev.nestmap.schema.MapKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which inner maps a program that may sleep is warned of. What the kernel says of plain ones is tried in {@code tests}. */
class InnerMapUseTest {
    /** {@code check_map_prog_compatibility} in kernel/bpf/verifier.c of Linux 6.18; what it refuses them as plain maps. */
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

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE, // what can't be inner maps
            names = {
                "PROG_ARRAY",
                "ARRAY_OF_MAPS",
                "HASH_OF_MAPS",
                "CGROUP_STORAGE",
                "PERCPU_CGROUP_STORAGE",
                "STRUCT_OPS"
            })
    void warnsWhatSleepsOfWhatIsFreedUnderIt(MapKind kind) {
        check(kind, "syscall");
        check(kind, "lsm.s/file_open");
        assertThat(logged).hasSize(FREED_UNDER_IT.contains(kind) ? 2 : 0);

        logged.clear();
        check(kind, "xdp");
        assertThat(logged).isEmpty();
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
