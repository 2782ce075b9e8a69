/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.StructType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the bytes of structs. */
@Command(
        name = "layout",
        header = "Shows the bytes, offsets and padding of structs, with a better order.",
        description =
                "Shows the structs of an object file, those of its maps and all that they contain. If another order of the fields makes a"
                        + " struct smaller, shows it.",
        footer = {
            "",
            "Examples:",
            "  nestmap layout tenant_flows.bpf.o",
            "  nestmap layout tenant_flows.bpf.o flow_key",
            "  nestmap layout tenant_flows.bpf.o flow --svg flow.svg"
        })
final class LayoutCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", paramLabel = "OBJECT", description = "An object file.")
    private String object = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "STRUCT",
            description = "The tags of structs. Default: all.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--svg", paramLabel = "FILE", description = "Draws one struct as a picture.")
    private @Nullable Path svg;

    @Override
    public Integer call() {
        Console console = common.console();
        Schema schema = ObjectFiles.read(object).schema();
        List<StructType> structs = schema.types().stream()
                .filter(StructType.class::isInstance)
                .map(StructType.class::cast)
                .filter(struct -> tags.isEmpty() || tags.contains(struct.name()))
                .toList();
        List<String> missing = tags.stream()
                .filter(tag ->
                        structs.stream().noneMatch(struct -> struct.name().equals(tag)))
                .toList();
        if (!missing.isEmpty()) {
            throw new Failure(
                    "the object has no struct " + Escapes.visible(String.join(", ", missing)) + " in its maps");
        }
        if (svg != null) {
            draw(console, structs, svg);
            return ExitCode.OK;
        }
        for (int i = 0; i < structs.size(); i++) {
            console.print(i == 0 ? "" : "\n");
            new StructText(console).print(structs.get(i));
        }
        return ExitCode.OK;
    }

    private static void draw(Console console, List<StructType> structs, Path file) {
        if (structs.size() != 1) {
            throw new Failure("--svg draws one struct: name it");
        }
        try {
            Files.write(file, StructPicture.of(structs.get(0)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new Failure("the file " + file + " can't be written: " + e);
        }
        console.line("wrote " + Escapes.visible(file.toString()));
    }
}
