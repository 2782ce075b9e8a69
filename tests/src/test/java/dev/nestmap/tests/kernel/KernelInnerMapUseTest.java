/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Uses of inner maps that Nestmap refuses because the kernel refuses them for plain maps of the same kind. Each case
 * also loads the plain map, so that the kernel's message proves the rule.
 */
@KernelTest
class KernelInnerMapUseTest {
    private final Logger logger = Logger.getLogger("dev.nestmap.runtime");
    private final List<String> logged = new ArrayList<>();
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path directory;

    /** The object has a map whose inner maps have locks. */
    @BeforeAll
    static void needLocksInInnerMaps() {
        KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            raw_tp     | guarded | bpf_spin_lock | tracing progs cannot use bpf_spin_lock yet
            kprobe     | guarded | bpf_spin_lock | tracing progs cannot use bpf_spin_lock yet
            tracepoint | guarded | bpf_spin_lock | tracing progs cannot use bpf_spin_lock yet
            perf_event | guarded | bpf_spin_lock | tracing progs cannot use bpf_spin_lock yet
            socket     | guarded | bpf_spin_lock | socket filter progs cannot use bpf_spin_lock yet
            raw_tp     | timed   | bpf_timer     | tracing progs cannot use bpf_timer yet
            perf_event | timed   | bpf_timer     | tracing progs cannot use bpf_timer yet
            """)
    void rejectsUsesThatTheKernelRefusesForPlainMaps(String section, String map, String field, String kernelMessage) {
        assertThatThrownBy(() -> load(section, "-DPLAIN=plain_" + map))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining(kernelMessage);
        assertThatThrownBy(() -> load(section, "-DOUTER=" + map + "_by"))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("load of object restricted_maps")
                .hasMessageContaining(map + "_by")
                .hasMessageContaining("program use (" + section + ")")
                .hasMessageContaining("struct " + field + " at 8")
                .hasMessageContaining("Use " + map + "_by in a program of another type");
    }

    @ParameterizedTest
    @CsvSource({"xdp, guarded", "xdp, timed", "socket, timed", "tc, guarded", "raw_tp, path", "syscall, guarded"})
    void acceptsUsesThatTheKernelAcceptsForPlainMaps(String section, String map) {
        collecting(() -> {
            assertThatCode(() -> load(section, "-DPLAIN=plain_" + map).close()).doesNotThrowAnyException();
            load(section, "-DOUTER=" + map + "_by").close();
        });
        assertThat(logged).isEmpty();
    }

    @Test
    void warnsIfASleepableProgramMayUseFreedEntries() {
        assertThatThrownBy(() -> load("syscall", "-DPLAIN=plain_path"))
                .hasMessageContaining("Sleepable programs can only use");
        collecting(() -> load("syscall", "-DOUTER=path_by").close());
        assertThat(logged)
                .singleElement()
                .satisfies(warning -> assertThat(warning)
                        .startsWith("object restricted_maps: program use (syscall) may sleep and uses map path_by")
                        .contains("LPM_TRIE"));
    }

    private void collecting(Runnable action) {
        logger.addHandler(collector);
        logger.setUseParentHandlers(false);
        try {
            action.run();
        } finally {
            logger.removeHandler(collector);
            logger.setUseParentHandlers(true);
        }
    }

    private LoadedObject load(String section, String map) {
        Path object = directory.resolve("restricted_maps.bpf.o");
        InstalledClang.newest()
                .compile(
                        BpfObjects.source("restricted_maps"),
                        object,
                        List.of(
                                "-target",
                                "bpf",
                                "-O2",
                                "-I" + BpfObjects.headers(),
                                "-DSECTION=\"" + section + "\"",
                                map))
                .succeeded();
        return Nestmap.open(object).load();
    }
}
