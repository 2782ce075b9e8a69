/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.btf.VerifierLog;
import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.lint.VerifierExplanation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Explains why the verifier has rejected a program. */
@Command(
        name = "explain",
        header = "Explains the verifier's log: the line in C, the reason and the remedy.",
        description =
                "Reads the text that a loader has printed about a rejected program. The loader may be libbpf, bpftool, Nestmap (an"
                        + " exception), or one in Go or Rust. Runs without privileges. The exit code is 1 if the log has an error, 0 if it"
                        + " has none, and 3 if the text isn't a log of the verifier.",
        footer = {
            "",
            "Examples:",
            "  nestmap explain load.log",
            "  bpftool prog load flows.bpf.o /sys/fs/bpf/flows 2>&1 | nestmap explain -",
            "  journalctl -o cat -u flows | nestmap explain -"
        })
final class ExplainCommand implements Callable<Integer> {
    /** {@code bpf_object_load_prog} in {@code libbpf.c}. */
    private static final Pattern PROGRAM = Pattern.compile("prog '([^']+)': -- BEGIN PROG LOAD LOG --");

    /** A kernel's log of 16 MiB, the most that libbpf asks for, and more around it. */
    private static final int MOST_MIB = 64;

    private static final int MOST_BYTES = MOST_MIB << 20;

    /** No line of a kernel's log is longer, and expressions may need the square of the time for a line. */
    private static final int MOST_OF_LINE = 4096;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "LOG", description = "The file with the log; - reads standard input.")
    private String file = "";

    @Override
    public Integer call() {
        Console console = common.console();
        // A loader in Go begins each line of the log with a tab.
        List<String> lines = read().lines()
                .map(line ->
                        line.substring(0, Math.min(line.length(), MOST_OF_LINE)).strip())
                .toList();
        VerifierLog log = VerifierExplanation.logIn(lines).orElse(null);
        if (log == null) {
            return withoutError(console, lines);
        }
        VerifierLog.Explanation found = VerifierExplanation.of(log, List.of());
        String program = lines.stream()
                .map(PROGRAM::matcher)
                .filter(Matcher::find)
                .map(matcher -> "program " + matcher.group(1))
                .reduce((first, second) -> second)
                .orElse("the program");
        console.line(console.bold(SafeText.visible(program))
                + (found.place().isEmpty() ? "" : ", ")
                + SafeText.visible(found.place()));
        if (!found.source().isEmpty()) {
            console.line("  code    " + SafeText.visible(found.source()));
        }
        console.line("  error   " + console.red(SafeText.visible(found.error())));
        if (!found.reason().isEmpty()) {
            console.line("  reason  " + SafeText.visible(found.reason()));
        }
        console.line("  remedy  "
                + (found.remedy().isEmpty()
                        ? "not known for this error; the lines before it in the log show how the program came there"
                        : SafeText.visible(found.remedy())));
        return ExitCode.FOUND;
    }

    private static int withoutError(Console console, List<String> lines) {
        if (VerifierExplanation.hasLog(lines)) {
            console.line("the verifier's log has no error");
            return ExitCode.OK;
        }
        throw new CommandFailedException(
                "these lines have no log of the verifier as plain text: such a log has lines that begin like \"0: (b7) r0 = 0\"."
                        + " From the log of a service, journalctl -o cat or kubectl logs print the lines as the service wrote them, and"
                        + " jq -r takes the text out of JSON. In Go, print the error of cilium/ebpf with %+v, so that no line is left"
                        + " out. If libbpf refused the object before the verifier saw it, `nestmap check` of the object file says"
                        + " what to do");
    }

    private String read() {
        try {
            byte[] bytes;
            if (file.equals("-")) {
                bytes = System.in.readNBytes(MOST_BYTES + 1);
            } else {
                try (var content = Files.newInputStream(Path.of(file))) {
                    bytes = content.readNBytes(MOST_BYTES + 1);
                }
            }
            if (bytes.length > MOST_BYTES) {
                throw new CommandFailedException(SafeText.visible(file) + " has more than " + MOST_MIB
                        + " MiB; pass the part with the verifier's log");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw ObjectFileReader.unreadable(file, e);
        }
    }
}
