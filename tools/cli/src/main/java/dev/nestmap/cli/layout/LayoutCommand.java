/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.layout;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.JsonWriter;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.source.ClassPathOption;
import dev.nestmap.cli.source.ObjectFileReader;
import dev.nestmap.cli.value.TargetMapFinder;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.program.NearestNameFinder;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the bytes of structs. */
@Command(
        name = "layout",
        header = "Shows the bytes, offsets and padding of structs, with a better order.",
        description =
                "Shows the structs of maps with all nested types. If another order of the fields makes a struct smaller, shows this order."
                        + " The maps come from an object file, from records, or from the running kernel.",
        footer = {
            "",
            "Examples:",
            "  nestmap layout tenant_flows.bpf.o",
            "  nestmap layout tenant_flows.bpf.o flow_key",
            "  nestmap layout com.acme.TenantFlows flow          records in target/classes",
            "  nestmap layout /sys/fs/bpf/tenant                 a pinned map, with its inner maps"
        })
public final class LayoutCommand implements Callable<Integer> {
    private static final int MOST_NAMES = 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(
            index = "0",
            paramLabel = "SOURCE",
            description =
                    "An object file, a schema text (*.schema), an interface with records, or the id or pin of a map.")
    private String source = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "STRUCT",
            description = "The tags of structs. Default: all.")
    private List<String> tags = new ArrayList<>();

    @Mixin
    private final ClassPathOption classPath = new ClassPathOption();

    @Option(names = "--json", description = "Writes an array of structs as JSON.")
    private boolean asJson;

    @Override
    public Integer call() {
        Console console = common.console();
        Schema schema = schema();
        List<StructType> structs = schema.types().stream()
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .filter(struct -> tags.isEmpty() || tags.contains(struct.name()))
                .toList();
        List<String> missing = tags.stream()
                .filter(tag ->
                        structs.stream().noneMatch(struct -> struct.name().equals(tag)))
                .distinct()
                .toList();
        if (!missing.isEmpty()) {
            throw new CommandFailedException("no map of " + source + " has a struct " + String.join(", ", missing)
                    + "; " + existing(schema, missing.get(0)));
        }
        if (structs.isEmpty()) {
            console.problem("the maps of " + SafeText.visible(source) + " have no structs");
        }
        if (asJson) {
            JsonWriter json = new JsonWriter(console::print).beginArray();
            structs.forEach(struct -> StructText.write(struct, json));
            json.endArray();
            return ExitCode.OK;
        }
        for (int i = 0; i < structs.size(); i++) {
            console.print(i == 0 ? "" : "\n");
            new StructText(console).print(structs.get(i));
        }
        return ExitCode.OK;
    }

    /** Which structs there are, and which one the user probably means. */
    private static String existing(Schema schema, String wrong) {
        List<String> names = schema.types().stream()
                .filter(StructType.class::isInstance)
                .map(NamedType::name)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        if (names.isEmpty()) {
            return "its maps have no structs";
        }
        int more = names.size() - MOST_NAMES;
        return NearestNameFinder.in(names, wrong.replaceFirst("^struct ", ""))
                        .map(near -> "do you mean " + near + "? The")
                        .orElse("the")
                + " structs are "
                + names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + NumberText.count(more) + " more" : "");
    }

    private Schema schema() {
        if (source.endsWith(".schema")) {
            return ObjectFileReader.schemaText(source);
        }
        if (source.endsWith(".o") || TargetMapFinder.isObject(source)) {
            return ObjectFileReader.readable(source, common.console()).schema();
        }
        if (source.matches("[0-9]{1,10}") || source.contains("/")) {
            return TargetMapFinder.schema(source);
        }
        if (!SourceVersion.isName(source)) {
            throw new CommandFailedException(
                    SafeText.visible(source) + " is no file, no map, and not the name of an interface");
        }
        return classPath.schema(source);
    }
}
