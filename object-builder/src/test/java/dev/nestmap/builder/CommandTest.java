/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
    @TempDir
    Path directory;

    @Test
    void returnsBothStreamsAndTheExitCode() throws IOException {
        Command.Output output = run("echo out; echo err >&2; exit 3");

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
        assertThatThrownBy(() -> Command.run(directory, List.of("/no/such/program")))
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

    private Command.Output run(String script) throws IOException {
        return Command.run(directory, List.of("/bin/sh", "-c", script));
    }
}
