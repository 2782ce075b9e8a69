/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes an ELF64 object from sections, to test objects that no compiler writes. */
final class ObjectBuilder {
    private static final int HEADER = 64;

    private final ByteOrder order;
    private final Map<String, byte[]> sections = new LinkedHashMap<>();

    ObjectBuilder(ByteOrder order) {
        this.order = order;
    }

    ObjectBuilder section(String name, byte[] content) {
        sections.put(name, content);
        return this;
    }

    /** The object: header, contents, section headers. The last section contains the section names. */
    byte[] build() {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        Map<String, Integer> nameOffsets = new LinkedHashMap<>();
        for (String name : sections.keySet()) {
            nameOffsets.put(name, names.size());
            names.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        }
        Map<String, byte[]> contents = new LinkedHashMap<>(sections);
        contents.put("", names.toByteArray());
        return assemble(contents, nameOffsets);
    }

    private byte[] assemble(Map<String, byte[]> contents, Map<String, Integer> nameOffsets) {
        int headersAt =
                HEADER + contents.values().stream().mapToInt(c -> c.length).sum();
        int count = contents.size() + 1;
        ByteBuffer out = ByteBuffer.allocate(headersAt + count * HEADER).order(order);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2), 1});
        out.putShort(16, (short) 1).putShort(18, (short) 247).putLong(40, headersAt);
        out.putShort(58, (short) HEADER).putShort(60, (short) count).putShort(62, (short) (count - 1));
        int at = HEADER;
        int header = headersAt + HEADER;
        for (Map.Entry<String, byte[]> section : contents.entrySet()) {
            out.put(at, section.getValue());
            out.putInt(header, nameOffsets.getOrDefault(section.getKey(), 0)).putInt(header + 4, 1);
            out.putLong(header + 24, at).putLong(header + 32, section.getValue().length);
            at += section.getValue().length;
            header += HEADER;
        }
        return out.array();
    }
}
