/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The types of a {@code .BTF} section, by number (<a href="https://docs.kernel.org/bpf/btf.html">BTF</a>). Types refer to the bytes of
 * the file. No allocation depends on a size that is read from the file, because an attacker may have made the file.
 */
final class Btf {
    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_SIZE = 24;

    /** Maximum number of typedefs and qualifiers between a use of a type and the type. Real code has fewer than ten. */
    private static final int MAX_MODIFIERS = 64;

    private final FileBytes section;
    private final FileBytes types;
    private final FileBytes strings;
    /** Offset of the record of type {@code i + 1}. */
    private final int[] starts;

    private Btf(FileBytes section, FileBytes types, FileBytes strings) {
        this.section = section;
        this.types = types;
        this.strings = strings;
        this.starts = index(types);
    }

    static Btf parse(FileBytes section) {
        if (section.u16(0) != MAGIC) {
            throw section.malformed(0, "does not begin with BTF's magic number in the byte order of the file");
        }
        if (section.u8(2) != 1) {
            throw section.malformed(2, "BTF has version " + section.u8(2) + ", but Nestmap knows only version 1");
        }
        long header = section.u32(4);
        if (header < HEADER_SIZE) {
            throw section.malformed(4, "the header has " + header + " bytes, but must have at least " + HEADER_SIZE);
        }
        FileBytes types = section.slice("types", header + section.u32(8), section.u32(12));
        FileBytes strings = section.slice("strings", header + section.u32(16), section.u32(20));
        return new Btf(section, types, strings);
    }

    /** The type with this number; 0 is void. */
    BtfType type(int id) {
        if (id < 0 || id > starts.length) {
            throw malformed(
                    "refers to type " + Integer.toUnsignedString(id) + ", but the last one is " + starts.length);
        }
        if (id == 0) {
            return new BtfType(
                    0, BtfKind.VOID, section.zeroes("type 0", BtfKind.HEAD_SIZE), section.zeroes("no name", 1));
        }
        int start = starts[id - 1];
        int end = id < starts.length ? starts[id] : (int) types.length();
        return new BtfType(id, kindAt(types, start), types.slice("type " + id, start, end - start), strings);
    }

    /** This type, then the typedefs and qualifiers that it refers to, and last the type that they stand for. */
    List<BtfType> chain(int id) {
        List<BtfType> chain = new ArrayList<>();
        BtfType type = type(id);
        chain.add(type);
        while (type.kind().isModifier()) {
            if (chain.size() > MAX_MODIFIERS) {
                throw malformed("more than " + MAX_MODIFIERS + " typedefs and qualifiers after type " + id);
            }
            type = type(type.target());
            chain.add(type);
        }
        return chain;
    }

    /** The type that typedefs and qualifiers stand for, or the type itself. */
    BtfType resolve(int id) {
        List<BtfType> chain = chain(id);
        return chain.get(chain.size() - 1);
    }

    /** All types of these kinds. */
    Stream<BtfType> types(BtfKind... kinds) {
        List<BtfKind> wanted = Arrays.asList(kinds);
        return IntStream.range(0, starts.length)
                .filter(i -> wanted.contains(kindAt(types, starts[i])))
                .mapToObj(i -> type(i + 1));
    }

    /** The variables that the section with this name defines, in the order of the file. */
    List<BtfType> variables(String sectionName) {
        return types(BtfKind.DATASEC)
                .filter(section -> section.name().equals(sectionName))
                .flatMap(section -> section.variables().stream())
                .distinct()
                .map(this::variable)
                .filter(variable -> !variable.isExtern())
                .toList();
    }

    /** An exception about the types. */
    MalformedObjectException malformed(String what) {
        return section.malformed(what);
    }

    MalformedObjectException malformed(String what, String remedy) {
        return section.malformed(what, remedy);
    }

    private BtfType variable(int id) {
        BtfType variable = type(id);
        if (variable.kind() != BtfKind.VAR) {
            throw malformed("type " + id + " is listed as a variable, but is of kind " + variable.kind());
        }
        return variable;
    }

    private static int[] index(FileBytes types) {
        IntStream.Builder starts = IntStream.builder();
        long at = 0;
        while (at < types.length()) {
            starts.add((int) at);
            at += kindAt(types, at).recordSize(types.s32(at + 4) & 0xffff);
        }
        if (at > types.length()) {
            throw types.malformed("the last type exceeds the section");
        }
        return starts.build().toArray();
    }

    private static BtfKind kindAt(FileBytes types, long start) {
        int number = types.s32(start + 4) >> 24 & 0x1f;
        return BtfKind.ofNumber(number)
                .orElseThrow(() -> types.malformed(
                        start + 4, "unknown kind of type " + number + ", so the types after it cannot be read"));
    }
}
