/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.views;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.ArrayView;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.views.Views.Config;
import dev.nestmap.tests.views.Views.Hit;
import dev.nestmap.tests.views.Views.Small;
import dev.nestmap.tests.views.ViewsBpf.SmallMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A view reads and writes the memory that programs use. */
@KernelTest
class KernelViewsTest extends ViewsContract {
    private static final int PACKETS = 200_000;

    @Override
    protected ViewsBpf open() {
        return ViewsBpf.load(BpfObjects.of("views"));
    }

    /** Java reads the words that a program increments, without a system call. The values never decrease. */
    @Test
    void readsWhatAProgramCounts() throws Exception {
        try (ArrayView<Integer, Hit> hits = bpf.host().create(1).view();
                ArrayView<Integer, Small> small = bpf.small().view()) {
            Future<?> program = CompletableFuture.runAsync(() -> bpf.program("count")
                    .testRun(TestRun.Input.packet(new byte[64]).withRepeat(PACKETS)));
            long before = 0;
            while (!program.isDone()) {
                long now = Objects.requireNonNull(hits.get(3)).packets();
                assertThat(now).isGreaterThanOrEqualTo(before);
                before = now;
            }
            program.get();

            assertThat(hits.get(3)).isEqualTo(new Hit(3, PACKETS, 64L * PACKETS, -7, 0));
            assertThat(small.get(999)).isEqualTo(new Small(999, PACKETS));
        }
    }

    @Test
    void programsReadAnArrayThatTheyMayNotWrite() {
        bpf.config().put(new Config(2, 1));
        assertThat(bpf.program("read_config").testRun(new byte[64]).returnValue())
                .isEqualTo(1);
    }

    /** What is in an array that exists, is known. */
    @Test
    void aRecordMayRefuseZerosOfAnOpenedArray() {
        Small.rejectsLast = true;
        try (SmallMap.Owned small = ViewsBpf.SMALL_MAP.openById(bpf.small().id())) {
            assertThat(small.get(1)).isEqualTo(new Small(1, 0));
        } finally {
            Small.rejectsLast = false;
        }
    }

    /** A closed view releases its memory: the array is no longer among the mappings of this process. */
    @Test
    void closingAViewUnmapsItsMemory() throws Exception {
        long before = mappings();
        ArrayView<Integer, Small> view = bpf.small().view();
        assertThat(mappings()).isEqualTo(before + 1);
        view.close();

        assertThat(mappings()).isEqualTo(before);
    }

    @Test
    void explainsWhyAFrozenMapHasNoWritableView() throws Exception {
        InstalledCommand.needInstalled("bpftool");
        InstalledCommand.run("bpftool", "map", "freeze", "id", bpf.small().id()).succeeded();

        assertBpfException(() -> bpf.small().writableView(), "the map is frozen")
                .isOf("mapping of the memory")
                .onMap("small")
                .hasErrno(Errno.EPERM);
        try (ArrayView<Integer, Small> view = bpf.small().view()) {
            assertThat(view.get(1)).isEqualTo(new Small(1, 0));
        }
    }

    private static long mappings() throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("bpf-map")).count();
        }
    }
}
