/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

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
        return of(false, arguments);
    }

    /** Runs the command as if its output went to a terminal. */
    public static CommandRun onTerminal(String... arguments) {
        return of(true, arguments);
    }

    /** Runs the command as if its errors went to a terminal and its output to a file. Shows every progress, also of fast commands. */
    public static CommandRun withProgress(String... arguments) {
        return of(false, true, 0, arguments);
    }

    private static CommandRun of(boolean terminal, String... arguments) {
        return of(terminal, terminal, Long.MAX_VALUE, arguments);
    }

    private static CommandRun of(boolean terminal, boolean errorsOnTerminal, long progressNanos, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(new Console(out, err, terminal, errorsOnTerminal, true, progressNanos), arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
