/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.tests.attached.FileOpener.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.runtime.testing.DrainedMap;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.attached.Attached.FileOpens;
import dev.nestmap.tests.attached.Attached.Opened;
import dev.nestmap.tests.attached.Attached.TaskFiles;
import dev.nestmap.tests.attached.AttachedBpf.FileOpensMap;
import dev.nestmap.tests.attached.AttachedBpf.TaskFilesMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs attached to hooks that not every kernel offers count in inner maps, which a rotation drains or refuses. */
@KernelTest
@Timeout(120)
class AttachedProgramsTest {
    private static final int TIMES = 1000;

    @TempDir
    Path directory;

    private final long thread = Descriptors.threadId();
    private Path file = Path.of("/");

    @BeforeEach
    void makeFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "to be opened");
    }

    @InstalledClang.Each
    void countsInTheStorageOfEachFileAndDrainsIt(InstalledClang clang) throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "to be opened less");
        int ofFile = Descriptors.open(file.toString());
        int ofOther = Descriptors.open(other.toString());
        try (AttachedBpf bpf = OpenHook.LSM.attach(clang)) {
            FileOpensMap opens = bpf.fileOpensBy().create(TENANT);

            FileOpener.open(bpf, file, TIMES);
            FileOpener.open(bpf, other, 1);

            assertThat(opens.get(ofFile)).isEqualTo(new FileOpens(TIMES));
            assertThat(opens.get(ofOther)).isEqualTo(new FileOpens(1));
            DrainedMap.drain(
                    bpf.fileOpensBy().rotate(TENANT),
                    drained -> assertThat(drained.get(ofFile)).isEqualTo(new FileOpens(TIMES)));
            FileOpener.open(bpf, file, 2);
            FileOpensMap after = bpf.fileOpensBy().getOrCreate(TENANT);
            assertThat(after.get(ofFile)).isEqualTo(new FileOpens(2));
            assertThat(after.remove(ofFile)).isTrue();
            assertThat(after.get(ofFile)).isNull();
        } finally {
            Descriptors.close(ofFile, ofOther);
        }
    }

    @InstalledClang.Each
    void countsInTheStorageOfTheThread(InstalledClang clang) {
        int self = Descriptors.currentThread();
        assumeTrue(self >= 0, "the kernel has no pidfds of threads (Linux 6.9)");
        try (AttachedBpf bpf = OpenHook.FENTRY.attach(clang)) {
            TaskFilesMap files = bpf.taskFilesBy().create(TENANT);

            FileOpener.open(bpf, file, TIMES);

            assertThat(files.get(self)).isEqualTo(new TaskFiles(TIMES));
        } finally {
            Descriptors.close(self);
        }
    }

    @Test
    void rotationIsRejectedIfTheProgramMaySleep() {
        try (AttachedBpf bpf = OpenHook.SLEEPABLE_LSM.attach()) {
            bpf.openedBy().create(TENANT);
            FileOpener.open(bpf, file, 4);

            assertBpfException(
                    () -> bpf.openedBy().rotate(TENANT), "sleepable programs use the map", "open", "unchecked()");
            assertThat(bpf.openedBy().get(TENANT, thread)).isEqualTo(new Opened(thread, 4));
            DrainedMap.drain(
                    bpf.openedBy()
                            .expert()
                            .unchecked()
                            .rotateAll(List.of(TENANT))
                            .get(0),
                    drained -> assertThat(drained).containsExactly(new Opened(thread, 4)));
            FileOpener.open(bpf, file, 2);
            assertThat(bpf.openedBy().get(TENANT, thread)).isEqualTo(new Opened(thread, 2));
        }
    }
}
