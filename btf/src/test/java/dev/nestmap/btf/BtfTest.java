/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class BtfTest {
    @Test
    void followsTypedefsAndQualifiers() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int integer = builder.integer("int", 4);
        int last = builder.modifier(BtfKind.TYPEDEF, "t", builder.modifier(BtfKind.CONST, "", integer));

        Btf btf = parse(builder.section());

        assertThat(btf.chain(last)).extracting(BtfType::id).containsExactly(3, 2, 1);
        assertThat(btf.resolve(last).name()).isEqualTo("int");
        assertThat(btf.resolve(0).kind()).isEqualTo(BtfKind.VOID);
    }

    @Test
    void namesTheProblemOfASection() {
        assertMalformed(
                new byte[] {1, 2},
                "t.o, offset 0: does not begin with BTF's magic number in the byte order of the file");
        assertMalformed(
                header().put(2, (byte) 2).array(),
                "t.o, offset 2: BTF has version 2, but Nestmap knows only version 1");
        assertMalformed(
                header().putInt(4, 8).array(), "t.o, offset 4: the header has 8 bytes, but must have at least 24");
        assertMalformed(
                header().putInt(12, -1).array(),
                "t.o, offset 24: types needs 4294967295 bytes from here, but there are 25 in all");
    }

    @Test
    void rejectsUnknownKinds() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        builder.integer("int", 4);
        byte[] section = builder.section();
        section[24 + 7] = 31;

        assertMalformed(section, "t.o: types, offset 4: unknown kind of type 31, so the types after it cannot be read");
    }

    @Test
    void rejectsATypeThatExceedsTheSection() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        builder.type("s", BtfKind.STRUCT, false, 65535, 0);

        assertMalformed(builder.section(), "t.o: types: the last type exceeds the section");
    }

    @Test
    void rejectsNamesWithoutEnd() {
        BtfBuilder builder = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        int type = builder.integer("x".repeat(FileBytes.MAX_NAME), 4);
        Btf btf = parse(builder.section());

        assertThatThrownBy(() -> btf.type(type).name())
                .isInstanceOf(MalformedObjectException.class)
                .hasMessage("t.o: strings, offset 1: a name has no end within 1024 bytes");
    }

    private static ByteBuffer header() {
        return ByteBuffer.wrap(new BtfBuilder(ByteOrder.LITTLE_ENDIAN).section())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Btf parse(byte[] section) {
        return Btf.parse(FileBytes.of("t.o", section));
    }

    private static void assertMalformed(byte[] section, String message) {
        assertThatThrownBy(() -> parse(section))
                .isInstanceOf(MalformedObjectException.class)
                .hasMessage(message);
    }
}
