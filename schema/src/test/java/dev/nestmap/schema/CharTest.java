/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A text is not an array of numbers: {@code char[16]} and {@code __u8[16]} are different. */
class CharTest {
    @Test
    void differsFromNumbersOfTheSameSize() {
        for (Scalar number : List.of(Scalar.S8, Scalar.U8, Scalar.BOOL)) {
            assertThat(SchemaComparison.compare(schema(Scalar.CHAR), schema(number)))
                    .extracting(Difference::message)
                    .containsExactly("struct process, field name, element: char in the records, " + number.spelling()
                            + " in the object");
        }
        assertThat(SchemaComparison.compare(schema(Scalar.CHAR), schema(Scalar.CHAR)))
                .isEmpty();
    }

    private static Schema schema(Scalar element) {
        StructType struct =
                StructType.of("process", List.of(new StructType.Member("name", new ArrayType(element, 16))));
        return new Schema("", "processes", List.of(), List.of(struct), List.of());
    }
}
