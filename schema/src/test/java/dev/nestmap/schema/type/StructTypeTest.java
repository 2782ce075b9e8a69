/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.type;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.RandomSchemas;
import dev.nestmap.schema.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields of structs and unions have the offsets that C gives them. */
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
    void padsFillTheGapsBetweenFields() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("a", Scalar.U8),
                        Samples.member("b", Scalar.U32),
                        Samples.member("c", Scalar.U64),
                        Samples.member("d", Scalar.U16)));
        assertThat(struct.pads())
                .containsExactly(
                        new Field("_pad0", new ArrayType(Scalar.U8, 3), 1),
                        new Field("_pad1", new ArrayType(Scalar.U8, 6), 18));
        assertThat(Samples.FLOW_KEY.pads()).containsExactly(new Field("_pad0", new ArrayType(Scalar.U8, 3), 13));
    }

    @Test
    void nestedStructKeepsItsOwnAlignment() {
        StructType inner = StructType.of("i", List.of(Samples.member("a", Scalar.U8), Samples.member("b", Scalar.U16)));
        StructType outer = StructType.of("o", List.of(Samples.member("x", Scalar.U8), Samples.member("i", inner)));
        assertThat(outer.fields().get(1).offset()).isEqualTo(2);
        assertThat(outer.size()).isEqualTo(6);
        assertThat(outer.pads()).containsExactly(new Field("_pad0", new ArrayType(Scalar.U8, 1), 1));
    }

    /** The offsets of clang 14, 16 and 19, for both byte orders. */
    @Test
    void bitFieldsShareStorageUnitsOfTheirType() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        bits("x", Scalar.U32, 3),
                        bits("y", Scalar.U8, 7),
                        bits("z", Scalar.U64, 40),
                        bits("s", Scalar.U16, 9),
                        Samples.member("e", Scalar.U8)));
        assertThat(struct.fields()).extracting(Field::startBit).containsExactly(0L, 8L, 15L, 55L, 64L);
        assertThat(struct.size()).isEqualTo(16);
        assertThat(struct.alignment()).isEqualTo(8);
        assertThat(struct.pads())
                .containsExactly(
                        new Field("_pad0", Scalar.U8, 0, 3, 5), new Field("_pad1", new ArrayType(Scalar.U8, 7), 9));
    }

    @Test
    void packedMembersFollowEachOther() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("a", Scalar.U8),
                        Samples.member("b", Scalar.U32),
                        bits("x", Scalar.U32, 3),
                        bits("z", Scalar.U64, 60),
                        Samples.member("c", Scalar.U16)),
                new StructAttributes(true, 1));
        assertThat(struct.fields()).extracting(Field::startBit).containsExactly(0L, 8L, 40L, 43L, 104L);
        assertThat(struct.size()).isEqualTo(15);
        assertThat(struct.pads()).containsExactly(new Field("_pad0", Scalar.U8, 12, 7, 1));
        assertThat(struct.shape()).isEqualTo(new StructAttributes(true, 1));
    }

    @Test
    void alignmentAndPadsMoveMembers() {
        StructType struct = StructType.of(
                "s",
                List.of(
                        Samples.member("a", Scalar.U8),
                        new StructType.Member("b", Scalar.U8, 0, 8, 0),
                        new StructType.Member("c", Scalar.U8, 0, 1, 24),
                        new StructType.Member("d", Scalar.U8, 2, 1, 5)));
        assertThat(struct.fields()).extracting(Field::startBit).containsExactly(0L, 64L, 96L, 109L);
        assertThat(struct.size()).isEqualTo(16);
        assertThat(struct.shape()).isEqualTo(new StructAttributes(false, 8));
        assertThat(struct.pads())
                .containsExactly(
                        new Field("_pad0", new ArrayType(Scalar.U8, 7), 1),
                        new Field("_pad1", new ArrayType(Scalar.U8, 3), 9),
                        new Field("_pad2", Scalar.U8, 13, 0, 5),
                        new Field("_pad3", Scalar.U8, 13, 7, 1),
                        new Field("_pad4", new ArrayType(Scalar.U8, 2), 14));
    }

    @Test
    void unionsAreAsLargeAndAlignedAsTheirMembers() {
        List<StructType.Member> members =
                List.of(Samples.member("a", Scalar.U64), Samples.member("b", new ArrayType(Scalar.U8, 9)));
        assertThat(UnionType.of("u", members, StructAttributes.NATURAL))
                .isEqualTo(new UnionType(
                        "u",
                        16,
                        8,
                        List.of(new Field("a", Scalar.U64, 0), new Field("b", new ArrayType(Scalar.U8, 9), 0))));
        UnionType packed = UnionType.of("u", members, new StructAttributes(true, 1));
        assertThat(packed.size()).isEqualTo(9);
        assertThat(packed.shape()).isEqualTo(new StructAttributes(true, 1));
        assertThat(UnionType.of("u", members, new StructAttributes(false, 32)).size())
                .isEqualTo(32);
    }

    @Test
    void fieldsAndPadsCoverEveryBitOnce() {
        for (long seed = 1; seed <= 3_000; seed++) {
            for (NamedType type : new RandomSchemas(seed).next().types()) {
                if (type instanceof StructType struct && struct.size() < 1 << 20) {
                    long covered = struct.fieldsAndPads().stream()
                            .mapToLong(field -> field.endBit() - field.startBit())
                            .sum();
                    boolean overlapFree = struct.fields().stream().allMatch(field -> field.end() <= struct.size());
                    assertThat(!overlapFree || covered == struct.size() * Byte.SIZE)
                            .as("seed %d: %s", seed, struct)
                            .isTrue();
                }
            }
        }
    }

    /** The derived attributes give the same offsets again. */
    @Test
    void attributesGiveTheSamePlaces() {
        for (long seed = 1; seed <= 3_000; seed++) {
            for (NamedType type : new RandomSchemas(seed).next().types()) {
                if (type instanceof StructType struct && struct.size() < 1 << 20) {
                    StructType again = StructType.of(
                            struct.name(),
                            struct.fieldsAndPads().stream()
                                    .map(field -> new StructType.Member(field.name(), field.type(), field.bits(), 1, 0))
                                    .toList(),
                            struct.shape());
                    if (struct.fields().stream().allMatch(field -> field.end() <= struct.size())) {
                        assertThat(again.fields()).as("seed %d", seed).isEqualTo(struct.fieldsAndPads());
                        assertThat(again.alignment()).as("seed %d", seed).isEqualTo(struct.alignment());
                    }
                }
            }
        }
    }

    private static StructType.Member bits(String name, CType type, int bits) {
        return new StructType.Member(name, type, bits, 1, 0);
    }

    @Test
    void recognizesNamesOfPads() {
        assertThat(List.of("_pad0", "_pad12")).allMatch(StructType::isPadName);
        assertThat(List.of("pad0", "_pad", "_pad0x", "_padding")).noneMatch(StructType::isPadName);
    }
}
