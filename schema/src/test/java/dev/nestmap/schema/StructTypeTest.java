/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StructTypeTest {
    @Test
    void placesEachMemberAtTheNextOffsetOfItsAlignment() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("a", Scalar.U8),
                        Samples.member("b", Scalar.U32),
                        Samples.member("c", new ArrayType(Scalar.U8, 3)),
                        Samples.member("d", Scalar.U64),
                        Samples.member("e", Scalar.BOOL)));
        assertThat(struct.fields()).extracting(Field::offset).containsExactly(0L, 4L, 8L, 16L, 24L);
        assertThat(struct.size()).isEqualTo(32);
        assertThat(struct.alignment()).isEqualTo(8);
    }

    @Test
    void padsAreWhatFieldsLeave() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("a", Scalar.U8),
                        Samples.member("b", Scalar.U32),
                        Samples.member("c", Scalar.U64),
                        Samples.member("d", Scalar.U16)));
        assertThat(struct.pads()).containsExactly(new Pad("_pad0", 1, 3), new Pad("_pad1", 18, 6));
        assertThat(Samples.FLOW_KEY.pads()).containsExactly(new Pad("_pad0", 13, 3));
    }

    @Test
    void nestedStructKeepsItsOwnAlignment() {
        StructType inner = StructType.of("i", List.of(Samples.member("a", Scalar.U8), Samples.member("b", Scalar.U16)));
        StructType outer = StructType.of("o", List.of(Samples.member("x", Scalar.U8), Samples.member("i", inner)));
        assertThat(outer.fields().get(1).offset()).isEqualTo(2);
        assertThat(outer.size()).isEqualTo(6);
        assertThat(outer.pads()).containsExactly(new Pad("_pad0", 1, 1));
    }

    @Test
    void fieldsAndPadsCoverEveryByteOnce() {
        for (long seed = 1; seed <= 500; seed++) {
            for (NamedType type : new RandomSchemas(seed).next().types()) {
                if (type instanceof StructType struct && struct.equals(natural(struct))) {
                    long covered = struct.fields().stream()
                                    .mapToLong(field -> field.type().size())
                                    .sum()
                            + struct.pads().stream().mapToLong(Pad::size).sum();
                    assertThat(covered).as("seed %d: %s", seed, struct).isEqualTo(struct.size());
                }
            }
        }
    }

    private static StructType natural(StructType struct) {
        return StructType.of(
                struct.name(),
                struct.fields().stream()
                        .map(field -> new StructType.Member(field.name(), field.type()))
                        .toList());
    }

    @Test
    void namesOfPads() {
        assertThat(List.of("_pad0", "_pad12")).allMatch(StructType::isPadName);
        assertThat(List.of("pad0", "_pad", "_pad0x", "_padding")).noneMatch(StructType::isPadName);
    }
}
