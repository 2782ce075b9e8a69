/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.doctor;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.FindingJson;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.lint.Finding;
import dev.nestmap.lint.Finding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what works on this machine. */
@Command(
        name = "doctor",
        header = "Checks what works on this machine, and says how to fix the rest.",
        description =
                "Creates a map, a program and two directories in the BPF file system, and removes them again. Also checks the kernel, its BTF"
                        + " (description of types), the capabilities of this process, lockdown, the BPF file system, control groups and"
                        + " limits. The exit code is 1 if something doesn't work.",
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
        List<Finding> all = SystemChecks.all();
        if (json) {
            JsonWriter writer = new JsonWriter(console::print).beginArray();
            all.forEach(one -> FindingJson.write(writer.beginObject(), one).endObject());
            writer.endArray();
        } else {
            all.forEach(one -> print(console, one));
        }
        return all.stream().anyMatch(one -> one.severity() == Severity.ERROR) ? ExitCode.FOUND : ExitCode.OK;
    }

    private static void print(Console console, Finding one) {
        String sign = switch (one.severity()) {
            case NOTE -> console.green("works") + "    ";
            case WARNING -> console.yellow("limited") + "  ";
            case ERROR -> console.red("fails") + "    ";
        };
        console.line(
                sign + console.bold(String.format(Locale.ROOT, "%-12s", one.place())) + SafeText.visible(one.what()));
        if (!one.remedy().isEmpty()) {
            console.line(" ".repeat(21) + "→ " + one.remedy());
        }
    }
}
