/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.managed.Graphs.Held;
import dev.nestmap.tests.managed.Graphs.Queue;
import dev.nestmap.tests.managed.GraphsBpf.QueueMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists, trees and kptrs in inner maps are freed when their entry is replaced. */
@KernelTest
@Tag("jdk-independent")
class KernelGraphsTest {
    private static final int OLDEST_CLANG = 15;
    private static final byte[] PACKET = new byte[64];

    @TempDir
    Path directory;

    /** Linux 6.2 had the first lists. The functions that the programs call came later. */
    @BeforeAll
    static void needListsAndTrees() {
        String version = System.getProperty("os.version");
        assumeThat(KernelAssumptions.isAtLeast(version, "6.6"))
                .as("Linux " + version + " is at least 6.6")
                .isTrue();
    }

    /** Linux 7.3.4 keeps the list of an entry of an array. Versions between 6.18 and 7.3 were not tried. */
    @ParameterizedTest
    @MethodSource("dev.nestmap.tests.toolchain.InstalledClang#installed")
    void puttingAnEntryFreesItsList(InstalledClang clang) {
        InstalledCommand.Result compiled = compile(clang);
        if (clang.version() < OLDEST_CLANG) {
            assertThat(compiled.output()).contains("clang before 15 does not mark kptrs in BTF");
            return;
        }
        compiled.succeeded();
        try (GraphsBpf bpf = GraphsBpf.load(object())) {
            QueueMap queue = bpf.queueBy().create(1);
            assertThat(run(bpf, "push")).isZero();
            assertThat(run(bpf, "push")).isZero();
            assertThat(queue.get(0)).isEqualTo(new Queue(0, 2));

            assertThat(run(bpf, "pop")).isEqualTo(PACKET.length);
            queue.put(new Queue(0, 10));
            assertThat(queue.get(0)).isEqualTo(new Queue(0, 10));
            String version = System.getProperty("os.version");
            int least = KernelAssumptions.isAtLeast(version, "7.3") ? PACKET.length : 0;
            int most = KernelAssumptions.isAtLeast(version, "6.19") ? PACKET.length : 0;
            assertThat(run(bpf, "pop"))
                    .as("length of an entry that remains in the list")
                    .isBetween(least, most);
        }
    }

    @Test
    void puttingAnEntryReleasesItsKptr() {
        compile(InstalledClang.newest()).succeeded();
        try (GraphsBpf bpf = GraphsBpf.load(object())) {
            bpf.heldBy().create(1).put(new Held(7, 5));
            assertThat(run(bpf, "holds")).isZero();
            assertThat(run(bpf, "hold")).isZero();
            assertThat(run(bpf, "holds")).isEqualTo(1);
            assertThat(bpf.heldBy().get(1, 7)).isEqualTo(new Held(7, 5));

            bpf.heldBy().getOrCreate(1).put(new Held(7, 6));
            assertThat(run(bpf, "holds")).isZero();
        }
    }

    @Test
    void anInnerMapOfAnotherLoadIsRefusedWithTheReason() {
        compile(InstalledClang.newest()).succeeded();
        try (GraphsBpf bpf = GraphsBpf.load(object());
                GraphsBpf other = GraphsBpf.load(object());
                QueueMap.Owned foreign = other.queueBy().detached()) {
            assertThatThrownBy(() -> bpf.queueBy().swap(1, foreign))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("BTF of the same load");
        }
    }

    private static int run(GraphsBpf bpf, String program) {
        return bpf.program(program).testRun(PACKET).returnValue();
    }

    private Path object() {
        return directory.resolve("graphs.bpf.o");
    }

    private InstalledCommand.Result compile(InstalledClang clang) {
        InstalledCommand.needInstalled("bpftool");
        InstalledCommand.run(
                        "sh",
                        "-c",
                        "bpftool btf dump file /sys/kernel/btf/vmlinux format c > " + directory.resolve("vmlinux.h"))
                .succeeded();
        List<String> options = List.of(
                "-target",
                "bpf",
                "-O2",
                // Structs of Linux 7.3 embed others by their tags alone.
                "-fms-extensions",
                "-Wno-microsoft-anon-tag",
                "-I" + BpfObjects.headers(),
                "-I" + directory);
        return clang.compile(BpfObjects.source("graphs"), object(), options);
    }
}
