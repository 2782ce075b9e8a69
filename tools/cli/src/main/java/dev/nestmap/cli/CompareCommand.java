/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.UpgradePlan;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what an upgrade does with the maps of another version. */
@Command(
        name = "compare",
        header = "Shows what an upgrade does with the pinned maps of another version.",
        description =
                "Compares the maps of two object files, or of two schema texts (*.schema), and says what a load of the new version does with"
                        + " each pinned map of the previous one. The exit code is 1 if a map has changed.",
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

    @Option(names = "--json", description = "Writes an array of maps as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Console console = common.console();
        // An object does not say who wrote its code.
        boolean isMixed = TargetMapFinder.isObject(before) != TargetMapFinder.isObject(after);
        Schema old = isMixed ? read(before).asForeign() : read(before);
        Schema current = isMixed ? read(after).asForeign() : read(after);
        List<MapPlan> maps = UpgradePlan.of(old, current).maps();
        if (json) {
            JsonWriter writer = new JsonWriter(console::print).beginArray();
            for (MapPlan map : maps) {
                writer.beginObject().name("map").value(map.map().name());
                writer.name("outcome").value(map.outcome().name().toLowerCase(Locale.ROOT));
                writer.name("summary").value(map.summary()).name("changes").beginArray();
                map.changes().forEach(writer::value);
                writer.endArray().endObject();
            }
            writer.endArray();
        } else {
            maps.forEach(map -> print(console, map));
            if (maps.isEmpty()) {
                console.line("Neither version has a map.");
            }
        }
        return maps.stream().allMatch(MapPlan::isCompatible) ? ExitCode.OK : ExitCode.FOUND;
    }

    private static void print(Console console, MapPlan map) {
        String summary = SafeText.visible(map.summary());
        console.line(map.isCompatible() ? console.green(summary) : console.red(summary));
        map.changes().forEach(change -> console.line("  " + SafeText.visible(change)));
    }

    private static Schema read(String path) {
        if (TargetMapFinder.isObject(path)) {
            return ObjectFileReader.read(path).schema();
        }
        return ObjectFileReader.schemaText(path);
    }
}
