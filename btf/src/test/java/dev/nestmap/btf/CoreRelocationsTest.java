/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static dev.nestmap.btf.Malformed.assertMalformed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Relocated fields of structs are found. */
class CoreRelocationsTest {
    /** Struct {@code task} is accessed at a relocated offset. Of struct {@code other}, only the size is relocated. */
    @Test
    void findsTheStructsWithRelocatedFields() {
        ByteBuffer section = section(20);
        relocation(section, 1, 0);
        relocation(section, 2, 8);

        assertThat(read(section)).containsExactly("task");
    }

    @Test
    void rejectsMalformedSections() {
        assertMalformed(
                () -> read(section(20).putShort(0, (short) 1)),
                "t.o: section .BTF.ext, offset 0: does not begin with BTF's magic number in the byte order of the file");
        assertMalformed(
                () -> read(section(15)),
                "t.o: section .BTF.ext: CO-RE relocations, offset 0: a relocation has 15 bytes, but must have at"
                        + " least 16");
    }

    private static Set<String> read(ByteBuffer section) {
        BtfBuilder btf = new BtfBuilder(ByteOrder.LITTLE_ENDIAN);
        btf.struct("task", 0);
        btf.struct("other", 0);
        byte[] object = new ElfWriter(ByteOrder.LITTLE_ENDIAN)
                .section(".BTF", btf.section())
                .section(".BTF.ext", bytes(section))
                .build();
        return ObjectFile.parse("t.o", object).relocatedTypes();
    }

    private static byte[] bytes(ByteBuffer section) {
        byte[] bytes = new byte[section.capacity()];
        section.get(0, bytes);
        return bytes;
    }

    /** A header of 36 bytes, an unrelated part of 4 bytes, and two relocations of this size for one section. */
    private static ByteBuffer section(int size) {
        ByteBuffer section = ByteBuffer.allocate(36 + 4 + 12 + 2 * 20).order(ByteOrder.LITTLE_ENDIAN);
        section.putShort((short) 0xeb9f).putShort((short) 1).putInt(36);
        section.putInt(24, 4).putInt(28, 12 + 2 * 20);
        return section.position(40).putInt(size).putInt(0).putInt(2);
    }

    private static void relocation(ByteBuffer section, int type, int kind) {
        section.putInt(0).putInt(type).putInt(0).putInt(kind).putInt(0);
    }
}
