/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.source;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.untyped.UntypedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The option for the user's records, which describe maps. */
@Command
public final class RecordsOption {
    @Option(
            names = "--records",
            paramLabel = "CLASS",
            description =
                    "Decodes entries with the records of this interface, or with a schema text (*.schema), instead of BTF.")
    private @Nullable String records;

    @Mixin
    private final ClassPathOption classPath = new ClassPathOption();

    private @Nullable Schema schema;
    private String text = "";
    private boolean used;

    /** Describes a map by the records, if there are any and if they declare it. */
    public void describe(UntypedMap map) {
        if (records == null) {
            return;
        }
        if (schema == null) {
            schema = classPath.schema(records);
            text = SchemaText.print(schema);
        }
        try {
            used |= map.describeBy(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException("the records of " + SafeText.visible(records) + " do not fit: "
                    + SafeText.visible(String.valueOf(e.getMessage())));
        }
    }

    /** Throws if there are records and they declare none of the maps. */
    public void requireUse() {
        if (schema != null && !used) {
            String names = schema.maps().stream()
                    .map(map -> SafeText.visible(map.name()))
                    .collect(Collectors.joining(", "));
            throw new CommandFailedException("the records of " + SafeText.visible(String.valueOf(records))
                    + " declare none of these maps, only: " + (names.isEmpty() ? "no map" : names));
        }
    }
}
