/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a {@code .BTF} section type by type, to test BTF that no compiler writes. Each method returns the number of its type. */
public final class BtfBuilder {
    private final ByteOrder order;
    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private byte[] layout = {};
    private int last;

    public BtfBuilder(ByteOrder order) {
        this.order = order;
        strings.write(0);
    }

    /** An unsigned integer. */
    public int integer(String name, int size) {
        return type(name, BtfKind.INT, false, 0, size, size * 8);
    }

    public int pointer(int target) {
        return type("", BtfKind.PTR, false, 0, target);
    }

    public int modifier(BtfKind kind, String name, int target) {
        return type(name, kind, false, 0, target);
    }

    public int array(int element, int count) {
        return type("", BtfKind.ARRAY, false, 0, 0, element, 0, count);
    }

    /** A struct; the members are given as name, type and offset in bits. */
    public int struct(String name, int size, Object... members) {
        int[] words = new int[1 + members.length];
        words[0] = size;
        for (int i = 0; i < members.length; i++) {
            words[i + 1] = members[i] instanceof String s ? name(s) : (Integer) members[i];
        }
        return type(name, BtfKind.STRUCT, false, members.length / 3, words);
    }

    /** A variable in a section of its own. */
    public int variable(String name, String section, int target) {
        int variable = type(name, BtfKind.VAR, false, 0, target, 1);
        type(section, BtfKind.DATASEC, false, 1, 0, variable, 0, 0);
        return variable;
    }

    /** A hash named {@code map} with keys and values of these types. */
    public BtfBuilder hash(int key, int value) {
        int integer = integer("int", 4);
        int type = pointer(array(integer, 1));
        Object[] members = {
            "type", type, 0, "max_entries", type, 64, "key", pointer(key), 128, "value", pointer(value), 192
        };
        int definition = struct("", 32, members);
        variable("map", ".maps", definition);
        return this;
    }

    /** A type of any kind, with the numbers after name and kind in its record. */
    public int type(String name, BtfKind kind, boolean flag, int elements, int... words) {
        return type(name(name), kind, flag, elements, words);
    }

    /** A type whose name begins at this offset in the string section. */
    public int type(int name, BtfKind kind, boolean flag, int elements, int... words) {
        int head = (flag ? 1 << 31 : 0) | Arrays.asList(BtfKind.values()).indexOf(kind) << 24 | elements;
        ByteBuffer out = ByteBuffer.allocate(8 + words.length * 4).order(order);
        out.putInt(name).putInt(head);
        for (int word : words) {
            out.putInt(word);
        }
        types.writeBytes(out.array());
        return ++last;
    }

    /** The offset of this name in the string section. */
    public int name(String name) {
        if (name.isEmpty()) {
            return 0;
        }
        int at = strings.size();
        strings.writeBytes((name + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }

    /** Adds a layout up to this kind, with the sizes of the records of this kind. */
    public BtfBuilder withLayout(int kind, int afterHead, int ofMember) {
        layout = new byte[(kind + 1) * 4];
        layout[kind * 4] = (byte) afterHead;
        layout[kind * 4 + 1] = (byte) ofMember;
        return this;
    }

    /** The section. */
    public byte[] section() {
        int header = layout.length == 0 ? 24 : 32;
        int parts = types.size() + strings.size();
        ByteBuffer out = ByteBuffer.allocate(header + parts + layout.length).order(order);
        out.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(header);
        out.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
        if (layout.length > 0) {
            out.putInt(parts).putInt(layout.length);
        }
        return out.put(types.toByteArray())
                .put(strings.toByteArray())
                .put(layout)
                .array();
    }

    /** An object with this section. */
    public byte[] object() {
        return new ElfWriter(order).section(".BTF", section()).build();
    }

    /** The schema of an object named {@code t.o} with this section. */
    public ObjectFile parse() {
        return ObjectFile.parse("t.o", object());
    }
}
