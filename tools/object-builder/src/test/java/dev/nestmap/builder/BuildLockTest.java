/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only one build holds the lock of a directory, whatever happens to the builds that wait for it. */
@Tag("jdk-independent")
class BuildLockTest {
    private final RecordingLog log = new RecordingLog();

    @TempDir
    private Path directory;

    /** Otherwise it would go on without a lock, and its end would release the lock that this process holds. */
    @Test
    void anInterruptedBuildWaits() throws Exception {
        BuildLock held = BuildLock.of(directory, log);
        assertThat(isLocked()).isTrue();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread other = new Thread(() -> {
            try (BuildLock lock = BuildLock.of(directory, log)) {
                assertThat(lock).isNotNull();
                flag.complete(Thread.currentThread().isInterrupted());
            } catch (IOException | RuntimeException | Error e) {
                flag.completeExceptionally(e);
            }
        });
        other.start();
        while (other.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        other.interrupt();
        while (other.isInterrupted() || other.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        assertThat(flag).isNotDone();
        assertThat(isLocked()).isTrue();
        held.close();
        assertThat(flag.get(60, TimeUnit.SECONDS))
                .as("the thread stays interrupted")
                .isTrue();
        other.join();
        assertThat(isLocked()).isFalse();
    }

    @Test
    void aThreadThatIsInterruptedAlreadyLocksToo() throws IOException {
        Thread.currentThread().interrupt();
        try (BuildLock lock = BuildLock.of(directory, log)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(lock).isNotNull();
            assertThat(isLocked()).isTrue();
        }
    }

    /** Whether the kernel has a lock of this process for the file. */
    private boolean isLocked() throws IOException {
        String inode = ":" + Files.getAttribute(directory.resolve("lock"), "unix:ino") + " ";
        String process = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line -> line.contains(inode) && line.contains(process));
    }
}
