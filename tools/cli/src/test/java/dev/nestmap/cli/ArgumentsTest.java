/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** Wrong arguments of the command are named. */
class ArgumentsTest {
    private static final Pattern DOCUMENTED = Pattern.compile(
            "(?m)^(?:[$] |sudo |source <\\(|setpriv .*)?(?:bin/)?nestmap ((?:'[^'\\n]*'|[^|>#)'\\n])+)");
    private static final Pattern ARGUMENT = Pattern.compile("(?:'[^']*'|[^\\s'])+");

    @Test
    void helpIsAlsoAWord() {
        assertThat(CommandRun.of("help").out(0))
                .isEqualTo(CommandRun.of("--help").out(0));
        assertThat(CommandRun.of("help", "tree").out(0))
                .isEqualTo(CommandRun.of("tree", "--help").out(0))
                .contains("nestmap tree");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tree --limit -5 | --limit is -5, but must be 0 or more",
                "tree --limit x | Invalid value for option '--limit': 'x' is not a long",
                "import x.o --package p --event x | Value for option '--event' (RING=TYPE) should be in KEY=VALUE format but was x",
                "drain --machine  p -o f | --machine: a machine's name has 1 to 100 characters, and \"\" has 0",
                "tree --esc\033[31m | Unknown option: '--esc\\x1b[31m'",
                "tre\033e | Unmatched argument at index 0: 'tre\\x1be'",
                "doctor x | Unmatched argument at index 1: 'x'"
            })
    void wrongArgumentsAreNamed(String line, String message) {
        CommandRun run = CommandRun.onTerminal(line.split(" "));

        assertThat(run.out(ExitCode.USAGE)).isEmpty();
        assertThat(run.err()).startsWith("nestmap: " + message + "\n").doesNotContain("\033");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help xyz", "xyz --help", "--help xyz", "xyz -V", "xyz /sys/fs/bpf"})
    void helpNamesTheUnknownCommand(String line) {
        assertThat(CommandRun.of(line.split(" ")))
                .isEqualTo(new CommandRun(
                        ExitCode.USAGE,
                        "",
                        "nestmap: Unmatched argument at index 0: 'xyz'\n`nestmap --help` shows what is possible.\n"));
    }

    @Test
    void aSuggestionIsNearTheUnknownCommand() {
        assertThat(CommandRun.of("dran").err())
                .startsWith("nestmap: Unmatched argument at index 0: 'dran'\nDid you mean: nestmap drain");
        assertThat(CommandRun.of("xyz").err())
                .isEqualTo("nestmap: Unmatched argument at index 0: 'xyz'\n`nestmap --help` shows what is possible.\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "check / | / is a directory and no file",
                "check @pom.xml | there is no file @pom.xml",
                "explain /no/such | there is no file /no/such",
                "end /no/such -o x --yes | there is no file /no/such, so nothing is pinned at this path; `nestmap pins` lists the pins"
                        + " below /sys/fs/bpf",
                "compare a\0b c | Nul character not allowed: a\\x00b",
                "pins /proc | /proc is not in a BPF file system, and nothing can be pinned elsewhere; name a directory of one, or"
                        + " mount one: mount -t bpf -o mode=0711 bpf /sys/fs/bpf. ip netns exec hides it: use nsenter"
                        + " --net=/run/netns/NAME COMMAND instead"
            })
    void wrongFilesAreNamed(String line, String message) {
        assertThat(CommandRun.of(line.split(" ")))
                .isEqualTo(new CommandRun(ExitCode.FAILED, "", "nestmap: " + message + "\n"));
    }

    /** 1 would say that the command has found something. */
    @Test
    void anErrorIsAFailure() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int next) {
                throw new StackOverflowError("deep");
            }
        };
        assertThat(Main.run(new Console(out, err, false, false), "completion")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("nestmap: the command ended with java.lang.StackOverflowError: deep");
    }

    @Test
    void anObjectFileHasNoEntries(@TempDir Path directory) throws IOException {
        Path object = Files.write(directory.resolve("flows.bpf.o"), new byte[] {0x7f, 'E', 'L', 'F'});

        assertThat(CommandRun.of("tree", object))
                .isEqualTo(
                        new CommandRun(
                                ExitCode.FAILED,
                                "",
                                "nestmap: " + object
                                        + " is an object file, whose maps have no entries; name a map of the kernel, which `nestmap tree` lists\n"));
    }

    @Test
    void aFileThatIsNoObjectGetsTheAdviceOfCheck(@TempDir Path directory) throws IOException {
        Path text = Files.writeString(directory.resolve("flows.bpf.o"), "not an object");

        assertThat(CommandRun.of("import", text, "--package", "p").err())
                .isEqualTo("nestmap: the object can't be read: " + text
                        + ": not an ELF file; compile it with clang -g -O2 -target bpf -c\n");
    }

    @Test
    void eachCommandHasHelpAndTheMainCommandListsThem() {
        String list = CommandRun.of("--help").out();
        assertThat(list)
                .isEqualTo(CommandRun.of().out(0))
                .isEqualTo(Main.commandLine(silent()).getUsageMessage(Ansi.OFF));
        for (String command : Main.commandLine(silent()).getSubcommands().keySet()) {
            assertThat(list).contains("  " + command + " ");
            assertThat(CommandRun.of(command, "--help").out(ExitCode.OK))
                    .contains("Usage: nestmap " + command, "Examples:");
        }
        assertThat(CommandRun.of("completion").out()).contains("local commands=\"tree pins");
    }

    /** Commands in blocks of code. What stands behind a pipe, a redirection or a comment belongs to the shell. */
    @Test
    void everyCommandInTheDocumentationHasValidArguments() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> pages = Files.walk(Path.of("../../docs"))) {
            for (Path page : pages.filter(file ->
                            file.toString().endsWith(".md") && !file.toString().contains("node_modules"))
                    .toList()) {
                DOCUMENTED.matcher(Files.readString(page)).results().forEach(line -> lines.add(line.group(1)));
            }
        }

        assertThat(lines)
                .hasSizeGreaterThan(5)
                .allSatisfy(line -> Main.commandLine(silent())
                        .parseArgs(ARGUMENT.matcher(line)
                                .results()
                                .map(argument -> argument.group().replace("'", ""))
                                .toArray(String[]::new)));
    }

    private static Console silent() {
        return new Console(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), false, false);
    }
}
