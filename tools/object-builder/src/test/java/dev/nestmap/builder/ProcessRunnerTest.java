/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process returns both streams and its exit code. */
class ProcessRunnerTest {
    @TempDir
    Path directory;

    @Test
    void returnsBothStreamsAndTheExitCode() throws IOException {
        ProcessRunner.Output output = run("echo out; echo err >&2; exit 3");

        assertThat(output.text()).isEqualTo("out\nerr\n");
        assertThat(output.exitCode()).isEqualTo(3);
    }

    @Test
    void runsInTheDirectoryAndInEnglish() throws IOException {
        assertThat(run("pwd -P; echo $LC_ALL").text()).isEqualTo(directory.toRealPath() + "\nC.UTF-8\n");
    }

    @Test
    void hasEmptyStandardInput() throws IOException {
        assertThat(run("cat").text()).isEmpty();
    }

    @Test
    void failsWhenThereIsNoSuchProgram() {
        assertThatThrownBy(() -> ProcessRunner.run(directory, List.of("/no/such/program")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void stopsWhenInterrupted() {
        Thread.currentThread().interrupt();

        // The output ends at once and the program does not.
        assertThatThrownBy(() -> run("exec >&- 2>&-; sleep 60")).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void stopsAProgramThatTakesTooLong() {
        List<String> script = List.of("/bin/sh", "-c", "echo clang version 19; sleep 60");

        assertThatThrownBy(() -> ProcessRunner.run(directory, script, Duration.ofMillis(100)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("had not ended after 0 s");
        CompletableFuture<?>[] ends = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").endsWith("sleep 60"))
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture<?>[]::new);
        assertThat(CompletableFuture.allOf(ends)).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void stopsAProgramThatWritesWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> run("sleep 60")).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void readsAMegabyte() throws IOException {
        assertThat(run("head -c 1000000 /dev/zero | tr '\\0' x").text()).hasSize(1_000_000);
    }

    private ProcessRunner.Output run(String script) throws IOException {
        return ProcessRunner.run(directory, List.of("/bin/sh", "-c", script));
    }
}
