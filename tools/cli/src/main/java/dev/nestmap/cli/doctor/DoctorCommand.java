/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what works on this machine. */
@Command(
        name = "doctor",
        header = "Checks what works on this machine, and names the remedies.",
        description =
                "Checks the kernel, its BTF, the capabilities of this process, lockdown, libbpf, clang, the BPF file system,"
                        + " control groups and limits. Changes nothing, apart from two directories in the BPF file system that it creates and removes again."
                        + " The exit code is 1 if something does not work.",
        footer = {
            "",
            "Examples:",
            "  nestmap doctor                      what this user can do here",
            "  nestmap doctor --json               for scripts",
            "  docker run ... nestmap doctor       what a container can do"
        })
public final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--json", description = "Writes an array of checks as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = common.console();
        List<DoctorCheckResult> all = SystemChecks.all();
        if (json) {
            JsonWriter writer = new JsonWriter(console::print).beginArray();
            for (DoctorCheckResult one : all) {
                writer.beginObject().name("subject").value(one.subject());
                writer.name("verdict").value(one.verdict().name());
                writer.name("found").value(one.found());
                writer.name("remedy").value(one.remedy().isEmpty() ? null : one.remedy());
                writer.endObject();
            }
            writer.endArray();
        } else {
            all.forEach(one -> print(console, one));
        }
        return all.stream().anyMatch(one -> one.verdict() == DoctorCheckResult.Verdict.FAILS)
                ? ExitCode.FOUND
                : ExitCode.OK;
    }

    private static void print(Console console, DoctorCheckResult one) {
        String sign = switch (one.verdict()) {
            case WORKS -> console.green("works");
            case LIMITED -> console.yellow("limited");
            case FAILS -> console.red("fails");
        };
        String padding = " ".repeat(9 - one.verdict().name().length());
        console.line(sign
                + padding
                + console.bold(String.format(Locale.ROOT, "%-12s", one.subject()))
                + SafeText.visible(one.found()));
        if (!one.remedy().isEmpty()) {
            console.line(" ".repeat(21) + "→ " + one.remedy());
        }
    }
}
