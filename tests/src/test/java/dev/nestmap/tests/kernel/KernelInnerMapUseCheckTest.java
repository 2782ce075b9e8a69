/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nestmap refuses those uses of inner maps that the kernel refuses for plain maps of the same kind. Each case also loads the plain map, so
 * that the kernel's message proves the rule.
 */
@KernelTest
class KernelInnerMapUseCheckTest {
    @TempDir
    private Path directory;

    /** The object has a map whose inner maps have locks. */
    @BeforeAll
    static void needLocksInInnerMaps() {
        KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
    }

    /**
     * What this kernel says about the plain map is the rule for the inner maps, whatever its version is. It decides by the type of the program
     * and by the field: {@code InnerMapUseCheckTest} has each type with each field.
     */
    @ParameterizedTest
    @CsvSource({
        "kprobe, nested, bpf_timer",
        "raw_tp, guarded, bpf_spin_lock",
        "tracepoint, guarded, bpf_spin_lock",
        "perf_event, guarded, bpf_spin_lock",
        "socket, guarded, bpf_spin_lock",
        "kprobe, timed, bpf_timer",
        "kprobe, resilient, bpf_res_spin_lock",
        "xdp, guarded, bpf_spin_lock",
        "xdp, timed, bpf_timer",
        "raw_tp, path, ''",
        "syscall, guarded, bpf_spin_lock"
    })
    void acceptsInnerMapsAsTheKernelAcceptsPlainMaps(String section, String map, String field) {
        boolean isAccepted = isAccepted(section, "-DPLAIN=plain_" + map);
        List<String> logged = LogRecords.during(() -> {
            if (isAccepted) {
                load(section, "-DOUTER=" + map + "_by").close();
            } else {
                assertBpfException(() -> load(section, "-DOUTER=" + map + "_by"))
                        .isOf("load of object restricted_maps")
                        .hasMessageContaining(map + "_by")
                        .hasMessageContaining("program use (" + section + ")")
                        .hasMessageContaining("struct " + field + " at " + (map.equals("nested") ? 16 : 8))
                        .hasMessageContaining("Use " + map + "_by in a program of another type");
            }
        });
        assertThat(logged).isEmpty();
        System.out.println(section + " and " + map + ": " + (isAccepted ? "accepted" : "rejected"));
    }

    @Test
    void warnsIfASleepableProgramMayUseFreedEntries() {
        boolean isAccepted = isAccepted("syscall", "-DPLAIN=plain_path");
        List<String> logged =
                LogRecords.during(() -> load("syscall", "-DOUTER=path_by").close());
        if (isAccepted) {
            assertThat(logged).isEmpty();
        } else {
            assertThat(logged)
                    .singleElement()
                    .satisfies(warning -> assertThat(warning)
                            .startsWith("object restricted_maps: program use (syscall) may sleep and uses map path_by")
                            .contains("LPM_TRIE"));
        }
    }

    private boolean isAccepted(String section, String plain) {
        try {
            load(section, plain).close();
            return true;
        } catch (BpfException e) {
            return false;
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
