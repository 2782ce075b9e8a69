/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only one build holds the lock of a directory, whatever happens to the builds that wait for it. */
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

    @Test
    void namesTheProcessOfTheOtherBuild() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process other = new ProcessBuilder(
                        java, "-cp", System.getProperty("java.class.path"), Other.class.getName(), directory.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(other.inputReader().readLine()).isEqualTo("locked");
        CompletableFuture<String> waiting = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (BuildLock lock = BuildLock.of(directory, (level, message) -> waiting.complete(message))) {
                assertThat(lock).isNotNull();
            } catch (IOException e) {
                waiting.completeExceptionally(e);
            }
        });
        thread.start();
        try {
            assertThat(waiting.get(60, TimeUnit.SECONDS))
                    .isEqualTo("Waiting for another build in %s: process %d holds its lock", directory, other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        thread.join();
    }

    /** Another build, which does not end by itself. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try (BuildLock lock = BuildLock.of(Path.of(arguments[0]), (level, message) -> {})) {
                assertThat(lock).isNotNull();
                System.out.println("locked");
                System.in.read();
            }
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
