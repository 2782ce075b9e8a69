/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.MISREAD;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.struct;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A change of a global variable breaks no pinned map, unless a map has the same type. */
class VariableChangesTest {
    @Test
    void layoutsOfVariablesBreakNoData() {
        StructType larger = struct("count", "__u64 hits; __u64 misses; __u32 last;");

        assertThat(changes(globals(), globals(new GlobalDef("count", ".bss", COUNT))))
                .isEmpty();
        assertThat(changes(
                        globals(new GlobalDef("count", ".bss", COUNT)),
                        globals(new GlobalDef("count", ".rodata", larger))))
                .isEmpty();
    }

    @Test
    void aStructOfAMapAndAVariableBreaksTheMap() {
        StructType swapped = struct("count", "__u32 last; __u64 hits;");
        Schema before = withGlobals(withValue(COUNT), new GlobalDef("total", ".bss", COUNT));
        Schema after = withGlobals(withValue(swapped), new GlobalDef("total", ".bss", swapped));

        assertThat(changes(before, after))
                .containsExactly(
                        "BREAKS_MAPS changing the offset of `hits` of `count` from 0 to 8: " + MISREAD,
                        "BREAKS_MAPS changing the offset of `last` of `count` from 8 to 0: " + MISREAD);
    }

    private static Schema globals(GlobalDef... globals) {
        List<NamedType> types = Arrays.stream(globals)
                .map(GlobalDef::type)
                .filter(NamedType.class::isInstance)
                .map(NamedType.class::cast)
                .toList();
        return withGlobals(schema(types), globals);
    }

    private static Schema withGlobals(Schema schema, GlobalDef... globals) {
        return new Schema(
                schema.origin(), schema.header(), schema.includes(), schema.types(), schema.maps(), List.of(globals));
    }
}
