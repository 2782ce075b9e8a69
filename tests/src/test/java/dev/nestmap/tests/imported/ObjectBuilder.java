/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.imported;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes object files with BTF that no compiler would write, such as a hundred thousand functions in one section. */
final class ObjectBuilder {
    private static final int INT = 1;
    private static final int POINTER = 2;
    private static final int ARRAY = 3;
    static final int STRUCT = 4;
    private static final int ENUM = 6;
    static final int TYPEDEF = 8;
    private static final int VARIABLE = 14;
    private static final int SECTION = 15;
    static final int DECLARATION_TAG = 17;

    /** {@code struct} of a map has members of 8 bytes. */
    private static final int WORD = 8;

    private static final byte[] EXIT = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

    /** A member of a struct: its name or its offset in the names, its type and its offset in bytes. */
    record Member(Object name, int type, int offset) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record ElfSection(String name, int type, int flags, byte[] bytes, int link, int info) {}

    private record Symbol(int name, int info, int section, long value, long size) {}

    private final Bytes types = new Bytes();
    private final Strings typeNames = new Strings();
    private final Strings symbolNames = new Strings();
    private final List<ElfSection> sections = new ArrayList<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final Bytes relocations = new Bytes();
    private final List<int[]> maps = new ArrayList<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private int lastType;
    private int mapsSize;

    /** {@code unsigned int}. */
    final int u32 = integer("unsigned int", 4);

    /** {@code unsigned char}. */
    final int u8 = integer("unsigned char", 1);

    private int integer(String name, int size) {
        return type(name, INT, 0, size, size * 8);
    }

    /** A type of any kind; {@code words} follow its name and kind. */
    int type(Object name, int kind, int members, int... words) {
        types.putInt(name instanceof Integer at ? at : typeNames.add((String) name));
        types.putInt(kind << 24 | members);
        for (int word : words) {
            types.putInt(word);
        }
        return ++lastType;
    }

    /** The place of a name among the names of types. */
    int name(String name) {
        return typeNames.add(name);
    }

    int struct(Object name, int size, List<Member> members) {
        int[] words = new int[1 + 3 * members.size()];
        words[0] = size;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            words[3 * i + 1] = member.name() instanceof Integer at ? at : typeNames.add((String) member.name());
            words[3 * i + 2] = member.type();
            words[3 * i + 3] = member.offset() * 8;
        }
        return type(name, STRUCT, members.size(), words);
    }

    int array(int element, int count) {
        return type("", ARRAY, 0, 0, element, u32, count);
    }

    /** An enum whose constants are the prefix and a number from 0. */
    int enumeration(String name, String prefix, int constants) {
        int[] words = new int[1 + 2 * constants];
        words[0] = 4;
        for (int i = 0; i < constants; i++) {
            words[2 * i + 1] = typeNames.add(prefix + i);
            words[2 * i + 2] = i;
        }
        return type(name, ENUM, constants, words);
    }

    private int number(int value) {
        return numbers.computeIfAbsent(value, count -> type("", POINTER, 0, array(u32, count)));
    }

    /** The definition of a map with these types of its keys and values. */
    int hash(String name, int key, int value) {
        return struct(
                name,
                4 * WORD,
                List.of(
                        new Member("type", number(1), 0),
                        new Member("max_entries", number(4), WORD),
                        new Member("key", type("", POINTER, 0, key), 2 * WORD),
                        new Member("value", type("", POINTER, 0, value), 3 * WORD)));
    }

    /** The definition of an ARRAY_OF_MAPS. Its slots begin at byte 24. */
    int outer(int inner, int slots) {
        int values = array(type("", POINTER, 0, inner), 0);
        return struct(
                "",
                3 * WORD,
                List.of(
                        new Member("type", number(12), 0),
                        new Member("max_entries", number(slots), WORD),
                        new Member("key", type("", POINTER, 0, u32), 2 * WORD),
                        new Member("values", values, 3 * WORD)));
    }

    /** A variable in {@code .maps}; returns its offset there. */
    int map(String name, int definition, int size) {
        int at = mapsSize;
        maps.add(new int[] {type(name, VARIABLE, 0, definition, 1), at, size});
        symbols.add(new Symbol(symbolNames.add(name), 0x11, 1, at, size));
        mapsSize += size;
        return at;
    }

    /** A hash as a variable in {@code .maps}. */
    int map(String name, int definition) {
        return map(name, definition, 4 * WORD);
    }

    /** The number of the next symbol. */
    int nextSymbol() {
        return symbols.size() + 1;
    }

    /** Puts the address of a symbol into {@code .maps}. */
    void relocate(int at, int symbol) {
        relocations.putLong(at);
        relocations.putLong((long) symbol << 32 | 1);
    }

    /** A variable in a section of data. */
    void variable(String name, String section) {
        int variable = type(name, VARIABLE, 0, u32, 1);
        type(section, SECTION, 1, 4, variable, 0, 4);
        symbols.add(new Symbol(symbolNames.add(name), 0x11, 2 + sections.size(), 0, 4));
        sections.add(new ElfSection(section, 1, 3, new byte[4], 0, 0));
    }

    /** A section with functions. */
    void code(String section, List<?> functions) {
        Bytes code = new Bytes();
        for (int i = 0; i < functions.size(); i++) {
            code.writeBytes(EXIT);
            int name = functions.get(i) instanceof Integer at ? at : symbolNames.add((String) functions.get(i));
            symbols.add(new Symbol(name, 0x12, 2 + sections.size(), (long) i * EXIT.length, EXIT.length));
        }
        sections.add(new ElfSection(section, 1, 6, code.toByteArray(), 0, 0));
    }

    /** A section with one program for each map, which uses the map. */
    void users(String section, int count) {
        Bytes code = new Bytes();
        Bytes uses = new Bytes();
        for (int i = 0; i < count; i++) {
            uses.putLong(code.size());
            uses.putLong((long) (i + 1) << 32 | 1);
            code.putLong(0x118);
            code.putLong(0);
            code.putLong(0x95);
            symbols.add(new Symbol(symbolNames.add("user" + i), 0x12, 2 + sections.size(), 24L * i, 24));
        }
        sections.add(new ElfSection(section, 1, 6, code.toByteArray(), 0, 0));
        sections.add(new ElfSection(".rel" + section, 9, 0, uses.toByteArray(), -1, 1 + sections.size()));
    }

    /** A symbol that no section defines. */
    void extern(String name) {
        symbols.add(new Symbol(symbolNames.add(name), 0x10, 0, 0, 0));
    }

    /** The place of a name among the names of symbols. */
    int symbolName(String name) {
        return symbolNames.add(name);
    }

    byte[] build() {
        int[] words = new int[1 + 3 * Math.min(maps.size(), 0xffff)];
        words[0] = mapsSize;
        for (int i = 0; i < words.length / 3; i++) {
            System.arraycopy(maps.get(i), 0, words, 3 * i + 1, 3);
        }
        type(".maps", SECTION, words.length / 3, words);
        List<ElfSection> all = new ArrayList<>();
        all.add(new ElfSection(".maps", 1, 3, new byte[mapsSize], 0, 0));
        all.addAll(sections);
        all.add(new ElfSection(".BTF", 1, 0, btf(), 0, 0));
        if (relocations.size() > 0) {
            all.add(new ElfSection(".rel.maps", 9, 0, relocations.toByteArray(), -1, 1));
        }
        all.add(new ElfSection(".symtab", 2, 0, symbolTable(), all.size() + 2, 0));
        all.add(new ElfSection(".strtab", 3, 0, symbolNames.toByteArray(), 0, 0));
        return elf(all);
    }

    private byte[] btf() {
        Bytes out = new Bytes();
        out.putInt(0x1eb9f);
        out.putInt(24);
        out.putInt(0);
        out.putInt(types.size());
        out.putInt(types.size());
        out.putInt(typeNames.size());
        out.writeBytes(types.toByteArray());
        out.writeBytes(typeNames.toByteArray());
        return out.toByteArray();
    }

    private byte[] symbolTable() {
        Bytes out = new Bytes();
        out.writeBytes(new byte[24]);
        for (Symbol symbol : symbols) {
            out.putInt(symbol.name());
            out.putInt(symbol.section() << 16 | symbol.info());
            out.putLong(symbol.value());
            out.putLong(symbol.size());
        }
        return out.toByteArray();
    }

    private static byte[] elf(List<ElfSection> sections) {
        Strings names = new Strings();
        Bytes contents = new Bytes();
        Bytes headers = new Bytes();
        headers.writeBytes(new byte[64]);
        List<ElfSection> all = new ArrayList<>(sections);
        all.add(new ElfSection(".shstrtab", 3, 0, new byte[0], 0, 0));
        for (ElfSection section : all) {
            headers.putInt(names.add(section.name()));
            byte[] bytes = section.name().equals(".shstrtab") ? names.toByteArray() : section.bytes();
            headers.putInt(section.type());
            headers.putLong(section.flags());
            headers.putLong(0);
            headers.putLong(64L + contents.size());
            headers.putLong(bytes.length);
            headers.putInt(section.link() < 0 ? sections.size() - 1 : section.link());
            headers.putInt(section.info());
            headers.putLong(1);
            headers.putLong(0);
            contents.writeBytes(bytes);
        }
        ByteBuffer head = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        head.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        head.putShort(16, (short) 1).putShort(18, (short) 247).putLong(40, 64L + contents.size());
        head.putShort(58, (short) 64).putShort(60, (short) (all.size() + 1)).putShort(62, (short) all.size());
        Bytes out = new Bytes();
        out.writeBytes(head.array());
        out.writeBytes(contents.toByteArray());
        out.writeBytes(headers.toByteArray());
        return out.toByteArray();
    }

    /** Numbers in little-endian order. */
    private static final class Bytes extends ByteArrayOutputStream {
        void putInt(int value) {
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                write(value >> shift);
            }
        }

        void putLong(long value) {
            putInt((int) value);
            putInt((int) (value >> Integer.SIZE));
        }
    }

    /** Names, each of them once. */
    private static final class Strings extends ByteArrayOutputStream {
        private final Map<String, Integer> known = new HashMap<>();

        Strings() {
            write(0);
            known.put("", 0);
        }

        int add(String name) {
            return known.computeIfAbsent(name, added -> {
                int at = size();
                writeBytes((added + "\0").getBytes(StandardCharsets.UTF_8));
                return at;
            });
        }
    }
}
