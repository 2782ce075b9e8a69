/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.schema.Samples.hash;
import static dev.nestmap.schema.Samples.member;
import static dev.nestmap.schema.Samples.outer;
import static dev.nestmap.schema.Samples.schema;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.PinOutcome;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.Arrays;
import java.util.List;

/** Two versions of a schema, and the messages about their changes. */
final class ChangedSchemas {
    static final String REJECTED = "the new version will reject a pinned `tenant`" + PinOutcome.REMEDY;

    static final String MISREAD =
            "the new version will reject a pinned `counts`, or misread its entries if it runs without"
                    + " CAP_SYS_ADMIN" + PinOutcome.REMEDY;

    static final StructType COUNT = struct("count", member("hits", Scalar.U64), member("last", Scalar.U32));

    private ChangedSchemas() {}

    static StructType struct(String name, StructType.Member... members) {
        return StructType.of(name, Arrays.asList(members));
    }

    static List<String> changes(Schema before, Schema after) {
        return SchemaChangeFinder.between(before, after).stream()
                .map(change -> change.effect() + " " + change.message())
                .toList();
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
