/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.FindingJson;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ClassPathOption;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.lint.Finding;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.schema.ProgramDef;
import dev.nestmap.schema.Schema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds what a load of an object file does not say. */
@Command(
        name = "check",
        header =
                "Finds parts of an object file that the kernel would reject without a reason, or that cause mistakes later.",
        description =
                "Only reads the file, so it runs anywhere, without privileges. It doesn't report what libbpf and the verifier explain"
                        + " themselves, such as a misspelled attribute. (bpftool prog loadall shows such errors.) If a schema text with the"
                        + " same name is next to the file, the command reads it, too. The exit code is 1 if a part is rejected. With"
                        + " --strict, the exit code is also 1 if a part is fragile: it loads, but can cause mistakes later. A note names a"
                        + " part that only some loaders accept.",
        footer = {
            "",
            "Examples:",
            "  nestmap check tenant_flows.bpf.o",
            "  nestmap check --json *.bpf.o           for continuous integration",
            "  nestmap check --strict vendor/*.o",
            "  nestmap check balancer.bpf.o --against com.acme.Balancer"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "OBJECT", arity = "1..*", description = "Object files.")
    private List<String> objects = new ArrayList<>();

    @Option(names = "--strict", description = "Exits with code 1 even for fragile parts.")
    private boolean strict;

    @Option(
            names = "--against",
            paramLabel = "CLASS",
            description =
                    "Also compares each object with the records of this interface, or with a schema text (*.schema).")
    private @Nullable String against;

    @Mixin
    private final ClassPathOption classPath = new ClassPathOption();

    @Option(names = "--json", description = "Writes an array of problems as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = common.console();
        Map<String, List<Finding>> problems = new LinkedHashMap<>();
        Schema records = against == null ? null : classPath.schema(against);
        // All files are read before anything is printed, so a missing one leaves no half of a JSON text.
        objects.forEach(object -> problems.computeIfAbsent(object, file -> problems(file, records)));
        if (json) {
            JsonWriter writer = new JsonWriter(console::print).beginArray();
            problems.forEach((object, found) -> found.forEach(problem -> FindingJson.write(
                            writer.beginObject().name("object").value(object), problem)
                    .endObject()));
            writer.endArray();
        } else {
            problems.forEach((object, found) -> print(console, object, found));
        }
        boolean failed = problems.values().stream().flatMap(List::stream).anyMatch(problem -> problem.fails(strict));
        return failed ? ExitCode.FOUND : ExitCode.OK;
    }

    private static List<Finding> problems(String object, @Nullable Schema records) {
        byte[] bytes = ObjectFileReader.bytes(object);
        return records == null
                ? LoadCheck.of(object, bytes, declaredPrograms(object))
                : LoadCheck.of(object, bytes, records);
    }

    /** The programs in the schema text beside an object, which may set the types of programs. Others have files with that name, too. */
    private static List<ProgramDef> declaredPrograms(String object) {
        Path schema = Path.of(object.replaceFirst("(\\.bpf)?\\.o$", "") + ".schema");
        return Files.isRegularFile(schema) && ObjectFileReader.isSchemaText(schema.toString())
                ? ObjectFileReader.schemaText(schema.toString()).programs()
                : List.of();
    }

    private static void print(Console console, String object, List<Finding> problems) {
        console.line(console.bold(SafeText.visible(object))
                + (problems.isEmpty() ? ": " + console.green("found nothing that loading it wouldn't tell you") : ""));
        for (Finding problem : problems) {
            String severity = switch (problem.severity()) {
                case ERROR -> console.red("rejected");
                case WARNING -> console.yellow("fragile");
                case NOTE -> console.cyan("note");
            };
            console.line("  " + severity + "  " + console.bold(SafeText.visible(problem.place())) + ": "
                    + SafeText.visible(problem.what()));
            console.line("    → " + SafeText.visible(problem.remedy()));
        }
    }
}
