/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.FindingJson;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.lint.change.SchemaChange;
import dev.nestmap.lint.change.SchemaChange.Effect;
import dev.nestmap.lint.change.SchemaChangeFinder;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a change of the maps breaks. */
@Command(
        name = "compare",
        header = "Shows which pinned maps a change between two versions of an object breaks.",
        description =
                "Compares the maps of two object files, or of two schema texts (*.schema), and says which pinned maps the new version would"
                        + " reject or misread. The exit code is 1 if pinned maps break or may break.",
        footer = {
            "",
            "Examples:",
            "  nestmap compare v1/flows.bpf.o v2/flows.bpf.o",
            "  nestmap compare schemas/flows.schema target/classes/META-INF/bpf/flows.schema"
        })
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            index = "0",
            paramLabel = "BEFORE",
            description = "The previous version: an object file or a schema text.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "AFTER", description = "The new version.")
    private String after = "";

    @Option(names = "--json", description = "Writes an array of changes as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = common.console();
        // An object does not say who wrote its code.
        boolean isMixed = TargetMapFinder.isObject(before) != TargetMapFinder.isObject(after);
        Schema old = isMixed ? read(before).asForeign() : read(before);
        Schema current = isMixed ? read(after).asForeign() : read(after);
        List<SchemaChange> changes = SchemaChangeFinder.between(old, current);
        if (json) {
            JsonWriter writer = new JsonWriter(console::print).beginArray();
            changes.forEach(change -> FindingJson.write(writer.beginObject(), change.finding(after))
                    .endObject());
            writer.endArray();
        } else {
            changes.forEach(change -> print(console, change));
            if (changes.isEmpty()) {
                console.line("No change reaches a pinned map.");
            }
        }
        List<String> uncompared = SchemaChangeFinder.uncompared(old, current);
        if (!uncompared.isEmpty()) {
            console.problem("not compared: the entries of " + String.join(", ", uncompared)
                    + ". Their definitions have a size or a forward declaration, or are streams, which name no type: compare the C"
                    + " code of these maps yourself");
        }
        return changes.stream().anyMatch(change -> change.effect() != Effect.COMPATIBLE) ? ExitCode.FOUND : ExitCode.OK;
    }

    private static void print(Console console, SchemaChange change) {
        String effect = switch (change.effect()) {
            case COMPATIBLE -> console.green("compatible");
            case MAY_BREAK_MAPS -> console.red("may break pinned maps");
            case BREAKS_MAPS -> console.red("breaks pinned maps");
        };
        console.line(effect + ": " + SafeText.visible(change.cause()));
        console.line("  " + SafeText.visible(change.consequence()));
    }

    private static Schema read(String path) {
        if (TargetMapFinder.isObject(path)) {
            return ObjectFileReader.read(path).schema();
        }
        return ObjectFileReader.schemaText(path);
    }
}
