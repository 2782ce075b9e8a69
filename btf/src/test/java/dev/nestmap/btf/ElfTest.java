/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Malformed.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sections of an ELF file are found, and a broken file is explained. */
class ElfTest {
    @Test
    void findsSectionsByName() {
        byte[] object = new ElfWriter(ByteOrder.BIG_ENDIAN)
                .section(".BTF", new byte[] {1, 2, 3, 4})
                .section("other", new byte[] {5})
                .build();

        Elf elf = Elf.parse("t.o", object);

        assertThat(elf.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(elf.section(".BTF").orElseThrow().bytes().u32(0)).isEqualTo(0x01020304);
        assertThat(elf.section("other").orElseThrow().bytes().length()).isEqualTo(1);
        assertThat(elf.section("missing")).isEmpty();
    }

    @Test
    void namesTheProblemOfAHeader() {
        assertDamaged(o -> o.put(0, (byte) 0), "t.o: not an ELF file");
        assertDamaged(o -> o.put(4, (byte) 1), "t.o, offset 4: not a 64-bit ELF file");
        assertDamaged(o -> o.put(5, (byte) 3), "t.o, offset 5: unknown byte order 3");
        assertDamaged(o -> o.putShort(16, (short) 2), "t.o, offset 16: not a relocatable file (ET_REL), but type 2");
        assertDamaged(
                o -> o.putShort(18, (short) 62),
                "t.o, offset 18: not for BPF (EM_BPF), but for machine 62; compile with -target bpf");
        assertDamaged(o -> o.putShort(60, (short) 0), "t.o, offset 60: there are no sections");
        assertDamaged(o -> o.putShort(58, (short) 40), "t.o, offset 58: section headers of 40 bytes instead of 64");
        assertDamaged(o -> o.putShort(62, (short) 2), "t.o, offset 62: the names of sections are in section 2 of 2");
        assertDamaged(o -> o.putShort(62, (short) 9), "t.o, offset 62: the names of sections are in section 9 of 2");
        assertDamaged(
                o -> o.putLong(40, -1),
                "t.o, offset -1: section headers needs 128 bytes from here, but there are 193 in all");
    }

    /** Otherwise a small file with many sections would take very long to read. */
    @Test
    void sectionsDoNotOverlap() {
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section("one", new byte[1000])
                .section("two", new byte[1000])
                .build();
        int two = object.length - 2 * 64;
        ByteBuffer.wrap(object)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(two + 24, 0)
                .putLong(two + 32, object.length);

        assertThatThrownBy(() -> Elf.parse("t.o", object))
                .isInstanceOf(MalformedObjectException.class)
                .hasMessageStartingWith("t.o: the sections overlap: together they have ");
    }

    @Test
    void namesTheSectionThatExceedsTheFile() {
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section(".BTF", new byte[24])
                .build();
        ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN).putLong(object.length - 2 * 64 + 32, Long.MAX_VALUE);

        assertMalformed(
                () -> Elf.parse("t.o", object),
                "t.o, offset 64: section .BTF needs 9223372036854775807 bytes from here, but there are " + object.length
                        + " in all");
    }

    /** {@code .bss} has a size, but no bytes in the file. */
    @Test
    void aSectionOfZeroesHasNoBytes() {
        byte[] object = objectWithAHeader(header -> header.putInt(4, 8).putLong(32, Long.MAX_VALUE));

        assertThat(Elf.parse("t.o", object).section("one").orElseThrow().bytes().length())
                .isZero();
    }

    @Test
    void instructionsAreInExecutableSections() {
        byte[] code = objectWithAHeader(header -> header.putLong(8, 2 | 4));
        byte[] data = objectWithAHeader(header -> header.putLong(8, 2));
        byte[] zeroes = objectWithAHeader(header -> header.putInt(4, 8).putLong(8, 4));

        assertThat(Elf.parse("t.o", code).section("one").orElseThrow().isCode()).isTrue();
        assertThat(Elf.parse("t.o", data).section("one").orElseThrow().isCode()).isFalse();
        assertThat(Elf.parse("t.o", zeroes).section("one").orElseThrow().isCode())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void symbolsReferToTheSectionWithTheirNames(int link) {
        Elf elf =
                Elf.parse("t.o", objectWithAHeader(header -> header.putInt(4, 2).putInt(40, link)));

        assertMalformed(
                () -> elf.symbols(Elf.FUNCTION_SYMBOL, section -> true),
                "t.o: section one: it refers to section " + link + ", which does not exist");
    }

    @Test
    void aShorterFileThanAHeaderIsNotElf() {
        byte[] header = Arrays.copyOf(new ElfWriter(ByteOrder.LITTLE_ENDIAN).build(), 63);

        assertMalformed(() -> Elf.parse("t.o", header), "t.o: not an ELF file");
    }

    /** An object whose section {@code one} is the first of two, with changes of the header of this section. */
    private static byte[] objectWithAHeader(Consumer<ByteBuffer> change) {
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section("one", new byte[48])
                .build();
        ByteBuffer headers = ByteBuffer.wrap(object, object.length - 2 * 64, 64);
        change.accept(headers.slice().order(ByteOrder.LITTLE_ENDIAN));
        return object;
    }

    private static void assertDamaged(Consumer<ByteBuffer> damage, String message) {
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN).build();
        damage.accept(ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN));
        assertMalformed(() -> Elf.parse("t.o", object), message);
    }
}
