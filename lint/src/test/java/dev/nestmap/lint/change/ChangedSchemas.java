/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.withValue;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;

/** Two versions of a schema, and the messages about their changes. */
final class ChangedSchemas {
    static final String REJECTED = "the new version will reject a pinned `tenant`" + PinOutcome.REMEDY;

    static final String MISREAD =
            "the new version will reject a pinned `counts`, or misread its entries if it runs without"
                    + " CAP_SYS_ADMIN" + PinOutcome.REMEDY;

    static final StructType COUNT = struct("count", "__u64 hits; __u32 last;");

    private ChangedSchemas() {}

    /** Of plain maps, those that their object pins by name, which have no text: differences in their types have several outcomes. */
    static List<String> changes(Schema before, Schema after) {
        return changesAsDeclared(byName(before), byName(after));
    }

    static Schema byName(Schema schema) {
        return schema.withMaps(schema.maps().stream()
                .map(map -> map.role() == MapRole.PLAIN ? map.pinnedByNameIf(true) : map)
                .toList());
    }

    static List<String> changesAsDeclared(Schema before, Schema after) {
        return SchemaChangeFinder.between(before, after).stream()
                .map(change -> change.effect() + " " + change.message())
                .toList();
    }

    /** Those between maps with these values. */
    static List<String> changes(CType before, CType after) {
        return changes(withValue(before), withValue(after));
    }

    static List<String> changes(MapDef before, MapDef after) {
        return changes(schema(List.of(), before), schema(List.of(), after));
    }

    static MapDef plain(MapKind kind, long maxEntries, long flags) {
        return new MapDef("m", MapRole.PLAIN, kind, maxEntries, flags, Scalar.U32, Scalar.U64, null);
    }

    static Schema nest(StructType value, long maxEntries) {
        return schema(
                List.of(value),
                hash("flow_map", MapRole.INNER, maxEntries, Scalar.U32, value),
                outer("tenant", "flow_map"));
    }
}
