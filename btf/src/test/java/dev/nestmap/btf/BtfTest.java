/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Malformed.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.schema.MapDef;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types and names of BTF are found by their numbers and offsets. */
class BtfTest {
    private final BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
    private final int integer = builder.integer("int", 4);

    @Test
    void followsTypedefsAndQualifiers() {
        int last = builder.modifier(BtfKind.TYPEDEF, "t", builder.modifier(BtfKind.CONST, "", integer));

        Btf btf = parse(builder.section());

        assertThat(btf.chain(last)).extracting(BtfType::id).containsExactly(3, 2, 1);
        assertThat(btf.resolve(last).name()).isEqualTo("int");
        assertThat(btf.resolve(0).kind()).isEqualTo(BtfKind.VOID);
    }

    /** clang writes the types before the names, behind a header of 24 bytes. The format permits other places. */
    @Test
    void findsTypesAndNamesByTheirOffsets() {
        builder.struct("flow", 4, "packets", integer, 0);
        ByteBuffer usual = ByteBuffer.wrap(builder.section()).order(ByteOrder.LITTLE_ENDIAN);
        int types = usual.getInt(12);
        int names = usual.getInt(20);
        ByteBuffer turned = ByteBuffer.allocate(32 + names + types).order(ByteOrder.LITTLE_ENDIAN);
        turned.putInt(usual.getInt(0))
                .putInt(32)
                .putInt(names)
                .putInt(types)
                .putInt(0)
                .putInt(names);
        turned.position(32);
        turned.put(usual.array(), 24 + types, names).put(usual.array(), 24, types);

        BtfType flow = parse(turned.array()).type(2);

        assertThat(flow.name()).isEqualTo("flow");
        assertThat(flow.members()).containsExactly(new BtfType.Member("packets", 1, 0, 0));
    }

    @Test
    void followsUpTo64Modifiers() {
        int type = integer;
        for (int i = 0; i < 65; i++) {
            type = builder.modifier(BtfKind.CONST, "", type);
        }
        int last = type;

        Btf btf = parse(builder.section());

        assertThat(btf.resolve(last - 1).name()).isEqualTo("int");
        assertMalformed(() -> btf.resolve(last), "t.o: more than 64 typedefs and qualifiers after type " + last);
    }

    @Test
    void selectsTypesByKind() {
        builder.modifier(BtfKind.TYPEDEF, "t", builder.struct("s", 4, "a", integer, 0));

        assertThat(parse(builder.section()).types(BtfKind.TYPEDEF, BtfKind.INT))
                .extracting(BtfType::name)
                .containsExactly("int", "t");
    }

    @Test
    void aSectionDefinesNoExternVariables() {
        int own = builder.type("own", BtfKind.VAR, false, 0, integer, 0);
        int global = builder.type("global", BtfKind.VAR, false, 0, integer, 1);
        int extern = builder.type("extern", BtfKind.VAR, false, 0, integer, 2);
        builder.type(".data", BtfKind.DATASEC, false, 3, 0, own, 0, 4, global, 4, 4, extern, 8, 4);

        assertThat(parse(builder.section()).variables(".data"))
                .extracting(BtfType::name)
                .containsExactly("own", "global");
    }

    @Test
    void namesTheProblemOfASection() {
        assertMalformed(
                () -> parse(new byte[] {1, 2}),
                "t.o, offset 0: does not begin with BTF's magic number in the byte order of the file");
        assertMalformed(
                () -> parse(header().putInt(4, 8).array()),
                "t.o, offset 4: the header has 8 bytes, but must have at least 24");
        assertMalformed(
                () -> parse(header().putInt(12, -1).array()),
                "t.o, offset 24: types needs 4294967295 bytes from here, but there are 25 in all");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 31, 32, 127})
    void rejectsUnknownKinds(int kind) {
        byte[] section = builder.section();
        section[24 + 7] = (byte) kind;

        assertMalformed(
                () -> parse(section),
                "t.o: types, offset 4: unknown kind of type " + kind + ", so the types after it cannot be read");
    }

    /** Since Linux 7, the header may have the place of a layout, which says how long the records of each kind are. */
    @Test
    void skipsKindsWhoseLayoutIsInTheSection() {
        builder.type("new", BtfKind.UNKNOWN, false, 3, 0, 1, 2, 3, 4, 5, 6, 7);

        assertThat(builder.withLayout(20, 4, 8)
                        .hash(integer, integer)
                        .parse()
                        .schema()
                        .maps())
                .extracting(MapDef::name)
                .containsExactly("map");
        builder.variable("use", ".data", 2);
        assertMalformed(
                () -> parse(builder.withLayout(19, 4, 8).section()),
                "t.o: types, offset 20: unknown kind of type 20, so the types after it cannot be read");
    }

    /** Since Linux 7, the number of members has 24 bits. */
    @Test
    void readsStructsWithMoreThan65535Members() {
        Object[] members = new Object[3 * 65_536];
        for (int i = 0; i < members.length; i += 3) {
            members[i] = "";
            members[i + 1] = integer;
            members[i + 2] = i / 3 * Integer.SIZE;
        }
        builder.struct("large", 65_536 * 4, members);

        assertThat(builder.hash(integer, integer).parse().schema().maps())
                .extracting(MapDef::name)
                .containsExactly("map");
    }

    @Test
    void rejectsATypeThatExceedsTheSection() {
        builder.type("s", BtfKind.STRUCT, false, 65535, 0);

        assertMalformed(() -> parse(builder.section()), "t.o: types: the last type exceeds the section");
    }

    @Test
    void rejectsNamesWithoutEnd() {
        int type = builder.integer("x".repeat(NameTable.MAX_NAME), 4);
        Btf btf = parse(builder.section());

        assertMalformed(() -> btf.type(type).name(), "t.o: strings, offset 5: a name has no end within 1024 bytes");
    }

    /** Each type is named by another end of one long name, so all names together are much longer than the section. */
    @Test
    void rejectsNamesThatOverlap() {
        int start = builder.name("x".repeat(1000));
        for (int i = 0; i < 1000; i++) {
            builder.type(start + i, BtfKind.INT, false, 0, 4, 32);
        }
        Btf btf = parse(builder.section());

        assertMalformed(
                () -> btf.types(BtfKind.INT).forEach(BtfType::name),
                "t.o: strings: the names overlap, and are together more than 16 times as long as their section");
    }

    private static ByteBuffer header() {
        return ByteBuffer.wrap(new BtfBuilder(ByteOrder.LITTLE_ENDIAN).section())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Btf parse(byte[] section) {
        return Btf.parse(FileBytes.of("t.o", section));
    }
}
