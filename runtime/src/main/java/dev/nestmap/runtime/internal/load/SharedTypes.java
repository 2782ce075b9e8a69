/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.NamedType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks the types that a schema includes from other headers. Their codecs are separate classes, perhaps in another jar. If that
 * jar is newer than the object, the codecs may use another layout than the object's programs.
 */
final class SharedTypes {
    private SharedTypes() {}

    /**
     * Compares the types of one header with those that a class was compiled with.
     *
     * @param user the class that uses the types
     * @param compiled the schema that the class was compiled with
     * @param present the schema of the header that is beside the codecs
     * @throws BpfException if a type differs
     */
    static void requireUnchanged(Class<?> user, Schema compiled, Schema.Include include, Schema present) {
        List<Difference> differences = SchemaComparison.compare(part(compiled, include), comparable(present));
        if (!differences.isEmpty()) {
            String list = differences.stream()
                    .map(difference -> "\n  " + difference.where().text() + ": " + difference.declared()
                            + " when it was compiled, " + difference.actual() + " on the class path")
                    .collect(Collectors.joining());
            throw new BpfException(
                    "use of " + user.getName(),
                    "it was compiled with another version of " + present.origin() + " than the one on the class path:"
                            + list
                            + "\nCompile " + compiled.origin() + " and its BPF programs again with the "
                            + present.origin()
                            + " that is on the class path");
        }
    }

    private static Schema part(Schema schema, Schema.Include include) {
        List<NamedType> types = schema.types().stream()
                .filter(type -> include.tags().contains(type.name()))
                .toList();
        List<MapDef> maps = schema.maps().stream()
                .filter(map -> include.tags().contains(map.name()))
                .toList();
        return comparable(new Schema(schema.origin(), schema.header(), List.of(), types, maps));
    }

    /** Returns the schema with inner maps as plain maps. The comparison looks at inner maps only through an outer map. */
    private static Schema comparable(Schema schema) {
        List<MapDef> maps = schema.maps().stream().map(SharedTypes::asPlain).toList();
        return new Schema(schema.origin(), schema.header(), schema.includes(), schema.types(), maps);
    }

    private static MapDef asPlain(MapDef map) {
        if (map.role() != MapRole.INNER) {
            return map;
        }
        return new MapDef(
                map.name(),
                MapRole.PLAIN,
                map.kind(),
                map.maxEntries(),
                map.flags(),
                map.extra(),
                map.numaNode(),
                map.key(),
                map.value(),
                map.definition());
    }
}
