/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import static dev.nestmap.schema.Samples.inner;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.Samples;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs can add with atomic instructions to numbers of four and eight bytes and to structs of these, and to nothing else. */
class CounterFieldsTest {
    @ParameterizedTest
    @EnumSource(
            value = Scalar.class,
            names = {"U32", "U64", "S32", "S64"})
    void numbersOfFourAndEightBytesCanBeAdded(Scalar number) {
        assertThat(CounterFields.of(map(MapKind.PERCPU_HASH, number))).contains(new CounterFields(List.of()));
        StructType pair = struct(Scalar.U64, number);
        assertThat(CounterFields.of(map(MapKind.PERCPU_ARRAY, pair)))
                .contains(new CounterFields(List.of("first", "second")));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            value = Scalar.class,
            names = {"U32", "U64", "S32", "S64"})
    void otherScalarsCanNot(Scalar other) {
        assertThat(CounterFields.of(map(MapKind.LRU_PERCPU_HASH, other))).isEmpty();
        assertThat(CounterFields.of(map(MapKind.LRU_PERCPU_HASH, struct(Scalar.U64, other))))
                .isEmpty();
    }

    @Test
    void nestedStructsAndOtherMapsCanNot() {
        assertThat(CounterFields.of(map(MapKind.PERCPU_HASH, struct(Scalar.U64, struct(Scalar.U64, Scalar.U64)))))
                .isEmpty();
        assertThat(CounterFields.of(map(MapKind.LPM_TRIE, Scalar.U64))).isEmpty();
    }

    private static StructType struct(CType first, CType second) {
        return Samples.struct("v", "? first; ? second;", first, second);
    }

    private static MapDef map(MapKind kind, CType value) {
        return inner("counted", kind, 4, 0, Scalar.U32, value);
    }
}
