/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.compare;

import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.StructType;
import java.util.Arrays;
import java.util.List;

/** Schemas to compare, and the messages about their differences. */
final class ComparedSchemas {
    private ComparedSchemas() {}

    static List<String> messages(Schema declared, Schema actual) {
        return SchemaComparison.compare(declared, actual).stream()
                .map(Difference::message)
                .toList();
    }

    static StructType struct(String name, StructType.Member... members) {
        return StructType.of(name, Arrays.asList(members));
    }
}
