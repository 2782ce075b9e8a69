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
 * The types that a schema takes from other headers. Their codecs are classes of their own, perhaps of another jar, which
 * may have been compiled anew since; the object would then be read and written in a layout that it does not have.
 */
final class SharedTypes {
    private SharedTypes() {}

    /**
     * Makes sure that the types of one header still are what they were.
     *
     * @param user the class that was compiled with them
     * @param then the schema that it was compiled with
     * @param now the schema of the header as it lies beside the codecs
     * @throws BpfException when they are not
     */
    static void requireUnchanged(Class<?> user, Schema then, Schema.Include include, Schema now) {
        List<Difference> differences = SchemaComparison.compare(part(then, include), comparable(now));
        if (!differences.isEmpty()) {
            String list = differences.stream()
                    .map(difference -> "\n  " + difference.where().text() + ": " + difference.declared() + " then, "
                            + difference.actual() + " now")
                    .collect(Collectors.joining());
            throw new BpfException(
                    "use of " + user.getName(),
                    "it was compiled with another " + now.origin() + " than is on the class path:" + list + "\nCompile "
                            + then.origin() + " and its BPF programs again, with the " + now.origin()
                            + " that they run with");
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

    /** Definitions of inner maps are compared as part of an outer map only, and here there may be none. */
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
                map.inner());
    }
}
