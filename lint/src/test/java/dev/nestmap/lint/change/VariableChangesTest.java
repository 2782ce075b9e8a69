/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.lint.change;

import static dev.nestmap.lint.change.ChangedSchemas.COUNT;
import static dev.nestmap.lint.change.ChangedSchemas.MISREAD;
import static dev.nestmap.lint.change.ChangedSchemas.changes;
import static dev.nestmap.lint.change.ChangedSchemas.struct;
import static dev.nestmap.schema.Samples.member;
import static dev.nestmap.schema.Samples.schema;
import static dev.nestmap.schema.Samples.withValue;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each change of a global variable is reported with what it breaks. */
class VariableChangesTest {
    @Test
    void constantsArePassedToLoad() {
        Schema none = globals();
        Schema constants = globals(new GlobalDef("limit", ".rodata", Scalar.U32));
        assertThat(changes(none, constants))
                .containsExactly(
                        "BREAKS_SOURCE adding the constants `limit`: Java code that loads the object must pass them to"
                                + " load");
        assertThat(changes(constants, none))
                .containsExactly("BREAKS_SOURCE removing the variable `limit`: C and Java code that uses it no longer"
                        + " compiles");
        assertThat(changes(constants, globals(new GlobalDef("limit", ".bss", Scalar.U32))))
                .containsExactly("BREAKS_SOURCE changing the section of `limit` from .rodata to .bss: Java code no"
                        + " longer passes it to load");
        assertThat(changes(globals(new GlobalDef("limit", ".data", Scalar.U32)), constants))
                .containsExactly("BREAKS_SOURCE changing the section of `limit` from .data to .rodata: programs can't"
                        + " write it any more, and Java code passes it to load");
        assertThat(changes(constants, globals(new GlobalDef("limit", ".rodata.limits", Scalar.U32))))
                .containsExactly(
                        "COMPATIBLE changing the section of `limit` from .rodata to .rodata.limits: nothing breaks");
    }

    @Test
    void layoutsOfVariablesBreakNoData() {
        StructType larger =
                struct("count", member("hits", Scalar.U64), member("misses", Scalar.U64), member("last", Scalar.U32));
        assertThat(changes(globals(), globals(new GlobalDef("count", ".bss", COUNT))))
                .contains("COMPATIBLE adding the variable `count`: no existing code uses it; objects compiled from the"
                        + " previous version lack it, so recompile them");
        assertThat(changes(
                        globals(new GlobalDef("count", ".bss", COUNT)),
                        globals(new GlobalDef("count", ".bss", larger))))
                .containsExactly("BREAKS_SOURCE adding `misses` to `count`: Java code that constructs the record must"
                        + " pass one more component");
        assertThat(changes(
                        globals(new GlobalDef("hits", ".bss", Scalar.U32)),
                        globals(new GlobalDef("hits", ".bss", Scalar.U64))))
                .containsExactly("COMPATIBLE changing the size of `hits` from 4 (__u32) to 8 (__u64): nothing breaks");
    }

    @Test
    void aStructOfAMapAndAVariableBreaksTheMap() {
        StructType swapped = struct("count", member("last", Scalar.U32), member("hits", Scalar.U64));
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
