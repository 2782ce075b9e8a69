/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The types of a {@code .BTF} section, by number (<a href="https://docs.kernel.org/bpf/btf.html">BTF</a>). Types refer to the bytes of the
 * file. No allocation depends on a size in the file, because the file may come from an attacker.
 */
public final class Btf {
    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_SIZE = 24;

    /** Size of a header with the place of the layout, which says how long the records of each kind are (Linux 7.3). */
    private static final int HEADER_SIZE_WITH_LAYOUT = 32;

    /** Size of the layout of one kind: bytes after the head of a record, bytes of each member, and 16 flags ({@code struct btf_layout}). */
    private static final int LAYOUT_SIZE = 4;

    /** Before Linux 7, a type had at most 65,535 members and the bits 16 to 23 were zero. */
    private static final int MEMBERS_MASK = 0xff_ffff;

    /** Before Linux 7, a kind had 5 bits and the bits 29 and 30 were zero. */
    private static final int KIND_MASK = 0x7f;

    /** Maximum number of typedefs and qualifiers between a use of a type and the type. Real code has fewer than ten. */
    private static final int MAX_MODIFIERS = 64;

    private final FileBytes section;
    private final FileBytes types;
    private final NameTable strings;
    private final FileBytes layout;
    /** Offset of the record of type {@code i + 1}. */
    private final int[] starts;

    /** The numbers of the variables by the names of their sections; null until they are needed. */
    private @Nullable Map<String, Set<Integer>> variables;

    /** @param layout the layout of each kind; empty if the section has none */
    private Btf(FileBytes section, FileBytes types, FileBytes strings, FileBytes layout) {
        this.section = section;
        this.types = types;
        this.strings = new NameTable(strings, NameTable.MAX_NAME);
        this.layout = layout;
        this.starts = index();
    }

    static Btf parse(FileBytes section) {
        if (section.u16(0) != MAGIC) {
            throw section.malformed(0, "does not begin with BTF's magic number in the byte order of the file");
        }
        long header = section.u32(4);
        if (header < HEADER_SIZE) {
            throw section.malformed(4, "the header has " + header + " bytes, but must have at least " + HEADER_SIZE);
        }
        FileBytes types = section.slice("types", header + section.u32(8), section.u32(12));
        FileBytes strings = section.slice("strings", header + section.u32(16), section.u32(20));
        FileBytes layout = header < HEADER_SIZE_WITH_LAYOUT
                ? section.slice("layout", header, 0)
                : section.slice("layout", header + section.u32(24), section.u32(28));
        return new Btf(section, types, strings, layout);
    }

    /** The type with this number; 0 is void. */
    public BtfType type(int id) {
        if (id < 0 || id > starts.length) {
            throw malformed(
                    "refers to type " + Integer.toUnsignedString(id) + ", but the last one is " + starts.length);
        }
        if (id == 0) {
            return new BtfType(
                    0,
                    BtfKind.VOID,
                    section.zeroes("type 0", BtfKind.HEAD_SIZE),
                    new NameTable(section.zeroes("no name", 1), NameTable.MAX_NAME));
        }
        int start = starts[id - 1];
        int end = id < starts.length ? starts[id] : (int) types.length();
        return new BtfType(id, kindAt(start), types.slice("type " + id, start, end - start), strings);
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
    public BtfType resolve(int id) {
        List<BtfType> chain = chain(id);
        return chain.get(chain.size() - 1);
    }

    /** All types of these kinds. */
    public Stream<BtfType> types(BtfKind... kinds) {
        List<BtfKind> wanted = Arrays.asList(kinds);
        return IntStream.range(0, starts.length)
                .filter(i -> wanted.contains(kindAt(starts[i])))
                .mapToObj(i -> type(i + 1));
    }

    /** The variables that the section with this name defines, in the order of the file. */
    public List<BtfType> variables(String sectionName) {
        if (variables == null) {
            Map<String, Set<Integer>> bySection = new HashMap<>();
            types(BtfKind.DATASEC)
                    .forEach(section -> bySection
                            .computeIfAbsent(section.name(), name -> new LinkedHashSet<>())
                            .addAll(section.variables()));
            variables = bySection;
        }
        return variables.getOrDefault(sectionName, Set.of()).stream()
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

    private int[] index() {
        IntStream.Builder starts = IntStream.builder();
        long at = 0;
        while (at < types.length()) {
            starts.add((int) at);
            at += sizeAt(at);
        }
        if (at > types.length()) {
            throw types.malformed("the last type exceeds the section");
        }
        return starts.build().toArray();
    }

    private long sizeAt(long start) {
        BtfKind kind = kindAt(start);
        int members = types.s32(start + 4) & MEMBERS_MASK;
        if (kind != BtfKind.UNKNOWN) {
            return kind.recordSize(members);
        }
        long own = layoutOf(numberAt(start));
        return BtfKind.HEAD_SIZE + layout.u8(own) + (long) members * layout.u8(own + 1);
    }

    private BtfKind kindAt(long start) {
        int number = numberAt(start);
        boolean isDescribed = number > 0 && layoutOf(number) + LAYOUT_SIZE <= layout.length();
        return BtfKind.ofNumber(number)
                .or(() -> isDescribed ? Optional.of(BtfKind.UNKNOWN) : Optional.empty())
                .orElseThrow(() -> types.malformed(
                        start + 4, "unknown kind of type " + number + ", so the types after it cannot be read"));
    }

    private int numberAt(long start) {
        return types.s32(start + 4) >> 24 & KIND_MASK;
    }

    private static long layoutOf(int kind) {
        return (long) kind * LAYOUT_SIZE;
    }
}
