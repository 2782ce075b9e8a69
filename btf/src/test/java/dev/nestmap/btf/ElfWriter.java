/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes an ELF64 object from sections, to test objects that no compiler writes. */
public final class ElfWriter {
    private static final int HEADER = 64;

    private final ByteOrder order;
    private final Map<String, Section> sections = new LinkedHashMap<>();

    /** A section with some fields of its header: {@code sh_type}, {@code sh_flags}, {@code sh_link}, {@code sh_info}. */
    private record Section(ByteBuffer content, int type, long flags, int link, int info) {}

    /**
     * A global symbol.
     *
     * @param type {@link Elf#OBJECT_SYMBOL} or {@link Elf#FUNCTION_SYMBOL}
     */
    public record Symbol(String name, int type, String section, long value, long size) {}

    public ElfWriter(ByteOrder order) {
        this.order = order;
    }

    public ElfWriter section(String name, byte[] content) {
        return section(name, content, 1, 0, 0, 0);
    }

    private ElfWriter section(String name, byte[] content, int type, long flags, int link, int info) {
        sections.put(name, new Section(ByteBuffer.wrap(content), type, flags, link, info));
        return this;
    }

    /** A section with instructions, all zero. */
    public ElfWriter code(String name, int size) {
        return section(name, new byte[size], 1, 4, 0, 0);
    }

    /** The symbols of the sections that were added. */
    public ElfWriter symbols(List<Symbol> symbols) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        ByteBuffer table = ByteBuffer.allocate(symbols.size() * 24).order(order);
        for (Symbol symbol : symbols) {
            table.putInt(names.size()).put((byte) (1 << 4 | symbol.type())).put((byte) 0);
            table.putShort((short) index(symbol.section()));
            table.putLong(symbol.value()).putLong(symbol.size());
            names.writeBytes((symbol.name() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        section(".strtab", names.toByteArray());
        return section(".symtab", table.array(), 2, 0, index(".strtab"), 0);
    }

    /** Relocations into a section: the number of the symbol by the place. */
    public ElfWriter relocations(String into, Map<Long, Integer> symbols) {
        ByteBuffer table = ByteBuffer.allocate(symbols.size() * 16).order(order);
        symbols.forEach((at, symbol) -> table.putLong(at).putLong((long) symbol << 32 | 1));
        return section(".rel" + into, table.array(), 9, 0, index(".symtab"), index(into));
    }

    private int index(String section) {
        return new ArrayList<>(sections.keySet()).indexOf(section) + 1;
    }

    /** The object: header, contents, section headers. The last section contains the section names. */
    public byte[] build() {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        Map<String, Integer> nameOffsets = new LinkedHashMap<>();
        for (String name : sections.keySet()) {
            nameOffsets.put(name, names.size());
            names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        }
        Map<String, Section> contents = new LinkedHashMap<>(sections);
        contents.put("", new Section(ByteBuffer.wrap(names.toByteArray()), 1, 0, 0, 0));
        return assemble(contents, nameOffsets);
    }

    private byte[] assemble(Map<String, Section> contents, Map<String, Integer> nameOffsets) {
        int headersAt = HEADER
                + contents.values().stream()
                        .mapToInt(s -> s.content().capacity())
                        .sum();
        int count = contents.size() + 1;
        ByteBuffer out = ByteBuffer.allocate(headersAt + count * HEADER).order(order);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1});
        out.putShort(16, (short) 1).putShort(18, (short) 247).putLong(40, headersAt);
        out.putShort(58, (short) HEADER).putShort(60, (short) count).putShort(62, (short) (count - 1));
        int at = HEADER;
        int header = headersAt + HEADER;
        for (Map.Entry<String, Section> entry : contents.entrySet()) {
            Section section = entry.getValue();
            int size = section.content().capacity();
            out.put(at, section.content(), 0, size);
            out.putInt(header, nameOffsets.getOrDefault(entry.getKey(), 0)).putInt(header + 4, section.type());
            out.putLong(header + 8, section.flags());
            out.putLong(header + 24, at).putLong(header + 32, size);
            out.putInt(header + 40, section.link()).putInt(header + 44, section.info());
            at += size;
            header += HEADER;
        }
        return out.array();
    }
}
