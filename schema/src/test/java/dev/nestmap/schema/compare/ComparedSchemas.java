/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.withValue;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.CType;
import java.util.List;

/** Schemas to compare, and the messages about their differences. */
final class ComparedSchemas {
    private ComparedSchemas() {}

    static List<String> messages(Schema declared, Schema actual) {
        return SchemaComparison.compare(declared, actual).stream()
                .map(Difference::message)
                .toList();
    }

    /** Those between maps with these values. */
    static List<String> differences(CType declared, CType actual) {
        return messages(withValue(declared), withValue(actual));
    }

    static List<String> messages(MapDef declared, MapDef actual) {
        return messages(schema(List.of(), declared), schema(List.of(), actual));
    }
}
