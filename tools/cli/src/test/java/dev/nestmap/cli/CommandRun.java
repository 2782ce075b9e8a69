/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * One run of the command in this Java VM.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record CommandRun(int exitCode, String out, String err) {
    /** Runs the command as if its output went to a file. */
    public static CommandRun of(String... arguments) {
        return run(false, arguments);
    }

    /** Runs the command with texts and paths as arguments. */
    public static CommandRun of(Object... arguments) {
        return run(false, Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    /** Runs the command as if its output went to a terminal. */
    public static CommandRun onTerminal(String... arguments) {
        return run(true, arguments);
    }

    private static CommandRun run(boolean terminal, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new Console(out, err, terminal, true), arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Standard output, if the run ended with this exit code. */
    public String out(int expected) {
        assertThat(exitCode).as("%s%s", out, err).isEqualTo(expected);
        return out;
    }

    /** Standard error, if the run ended with this exit code. */
    public String err(int expected) {
        assertThat(exitCode).as("%s%s", out, err).isEqualTo(expected);
        return err;
    }
}
