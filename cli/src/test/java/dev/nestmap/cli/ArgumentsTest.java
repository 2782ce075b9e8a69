/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tree --limit -5 | --limit is -5, but must be 0 or more",
                "tree --limit x | Invalid value for option '--limit': 'x' is not a long",
                "top 7 --count 0 | --count is 0, but must be 1 or more",
                "top 7 --limit -3 | --limit is -3, but must be 0 or more",
                "top 7 --interval 0 | --interval is 0.0, but must be from 0.1 to 86400 seconds",
                "top | Missing required parameter: 'MAP'",
                "tree --esc\033[31m | Unknown option: '--esc\\x1b[31m'",
                "tre\033e | Unmatched argument at index 0: 'tre\\x1be'"
            })
    void wrongArgumentsAreNamed(String line, String message) {
        CommandRun run = CommandRun.onTerminal(line.split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("nestmap: " + message + "\n").doesNotContain("\033");
    }

    @Test
    void eachCommandHasHelpAndTheMainCommandListsThem() {
        String list = CommandRun.of("--help").out();
        for (String command : Main.commandLine(silent()).getSubcommands().keySet()) {
            assertThat(list).contains("  " + command + " ");
            CommandRun help = CommandRun.of(command, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).contains("Usage: nestmap " + command, "Examples:");
        }
        assertThat(CommandRun.of("completion").out()).contains("local commands=\"tree top pins");
    }

    private static Console silent() {
        return new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false, false);
    }
}
