/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Sections and symbols of a relocatable ELF64 file for BPF, in either byte order.
 *
 * <p>The file may come from an attacker. So no allocation depends on a size in the file, and every malformed file throws a {@link
 * MalformedObjectException}. ELF libraries do not promise this. Offsets and numbers come from {@code elf.h}.
 */
public final class Elf {
    /** {@code STT_NOTYPE}: a symbol that another file or the kernel defines. */
    public static final int NO_TYPE = 0;

    /** {@code STT_OBJECT}: a variable. */
    public static final int OBJECT_SYMBOL = 1;

    /** {@code STT_FUNC}: a function. */
    public static final int FUNCTION_SYMBOL = 2;

    /** The section of functions that programs call. */
    public static final String TEXT_SECTION = ".text";

    static final int INSTRUCTION_SIZE = 8;

    /** {@code BPF_JMP | BPF_CALL}; other registers than 0 mark calls of functions. */
    private static final int CALL = 0x85;

    private static final int STB_WEAK = 2;

    private static final int FILE_HEADER_SIZE = 64;
    private static final int SECTION_HEADER_SIZE = 64;
    private static final int SYMBOL_SIZE = 24;
    private static final int ELF_MAGIC = 0x7f454c46;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int ELFDATA2MSB = 2;
    private static final int ET_REL = 1;
    /** LLVM wrote machine 0 before BPF had a number. */
    private static final int EM_NONE = 0;

    private static final int EM_BPF = 247;
    private static final long SHT_PROGBITS = 1;
    private static final long SHT_SYMTAB = 2;
    private static final long SHT_NOBITS = 8;
    private static final long SHT_REL = 9;
    static final int RELOCATION_SIZE = 16;
    /** {@code e_shoff} in the header of the file. */
    private static final int SECTION_TABLE_FIELD = 40;
    /** {@code sh_size} in the header of a section. */
    private static final int SIZE_FIELD = 32;

    private static final long SHF_EXECINSTR = 4;

    /** A longer name is left out of messages about the section. */
    private static final int LONG_NAME = 100;

    private final FileBytes file;
    private final List<Section> sections;

    /** The names of symbols, by the number of their section. */
    private final Map<Integer, NameTable> names = new HashMap<>();

    /** The sections with relocations, by the number of the section that they change. */
    private final Map<Long, Section> relocationTables = new HashMap<>();

    /** A section. {@code bytes} is empty if the section has no bytes in the file. */
    public record Section(int index, String name, long type, long flags, long link, long info, FileBytes bytes) {
        /** Whether it contains instructions. */
        public boolean isCode() {
            return type == SHT_PROGBITS && (flags & SHF_EXECINSTR) != 0;
        }

        /** Whether the functions in it are programs. */
        public boolean hasPrograms() {
            return isCode() && !name.equals(TEXT_SECTION);
        }
    }

    /**
     * Whether the sections with instructions have no bytes: the file holds only what a debugger needs ({@code objcopy --only-keep-debug}), and
     * the object is another file.
     */
    public boolean hasOnlyDebugInformation() {
        List<Section> code = sections.stream()
                .filter(section -> (section.flags() & SHF_EXECINSTR) != 0)
                .toList();
        return code.stream().anyMatch(section -> section.type() == SHT_NOBITS)
                && code.stream()
                        .noneMatch(
                                section -> section.isCode() && section.bytes().length() > 0);
    }

    /**
     * A symbol that a section defines, {@code value} bytes from its start and {@code size} long.
     *
     * @param isLocal whether it is visible in one file only ({@code STB_LOCAL})
     * @param isWeak whether the object can do without it ({@code STB_WEAK})
     * @param entry where its entry of the symbol table begins in the file
     */
    public record Symbol(
            String name, Section section, long value, long size, boolean isLocal, boolean isWeak, int entry) {}

    /**
     * The address of a symbol, to be written into a section.
     *
     * @param at bytes from the start of the section
     * @param entry where the relocation begins in the file
     */
    public record Relocation(long at, String symbol, int entry) {}

    private Elf(FileBytes file, List<Section> sections) {
        this.file = file;
        this.sections = sections;
        sections.stream()
                .filter(section -> section.type() == SHT_REL)
                .forEach(section -> relocationTables.putIfAbsent(section.info(), section));
    }

    public static Elf parse(String name, byte[] bytes) {
        FileBytes file = inItsOrder(FileBytes.of(name, bytes));
        if (file.u16(16) != ET_REL) {
            throw file.malformed(16, "not a relocatable file (ET_REL), but type " + file.u16(16));
        }
        int machine = file.u16(18);
        if (machine != EM_BPF && machine != EM_NONE) {
            throw file.malformed(18, "not for BPF (EM_BPF), but for machine " + machine + "; compile with -target bpf");
        }
        return new Elf(file, readSections(file));
    }

    public ByteOrder order() {
        return file.order();
    }

    /** The first section with this name. */
    public Optional<Section> section(String name) {
        return sections.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    /** The symbols of this type in the matching sections, in the order of the symbol table. */
    public List<Symbol> symbols(int type, Predicate<Section> in) {
        // A valid file has at most one symbol table. A hostile file could
        // have many over the same bytes, and reading all would take too long.
        Optional<Section> table =
                sections.stream().filter(s -> s.type() == SHT_SYMTAB).findFirst();
        return table.map(t -> readSymbols(t, type, in)).orElse(List.of());
    }

    private List<Symbol> readSymbols(Section table, int type, Predicate<Section> in) {
        NameTable names = names(table);
        FileBytes bytes = table.bytes();
        List<Symbol> symbols = new ArrayList<>();
        for (long at = 0; at + SYMBOL_SIZE <= bytes.length(); at += SYMBOL_SIZE) {
            int index = bytes.u16(at + 6);
            // Numbers beyond the last section mark absolute and common symbols.
            if ((bytes.u8(at + 4) & 0xf) == type && index < sections.size() && in.test(sections.get(index))) {
                symbols.add(new Symbol(
                        names.name(bytes.u32(at)),
                        sections.get(index),
                        bytes.s64(at + 8),
                        bytes.s64(at + 16),
                        bytes.u8(at + 4) >> 4 == 0,
                        bytes.u8(at + 4) >> 4 == STB_WEAK,
                        (int) (bytes.start() + at)));
            }
        }
        return List.copyOf(symbols);
    }

    /**
     * The functions that libbpf takes for programs, in the order of the symbols. Functions in {@code .text} are called by programs, unless
     * there is only one function: then libbpf loads it ({@code prog_is_subprog} in libbpf.c).
     */
    public List<Symbol> programs() {
        List<Symbol> programs = symbols(FUNCTION_SYMBOL, Section::hasPrograms);
        List<Symbol> text = symbols(
                FUNCTION_SYMBOL, section -> section.isCode() && section.name().equals(TEXT_SECTION));
        return programs.isEmpty() && text.size() == 1 ? text : programs;
    }

    /** Whether instructions call one of these helpers of the kernel. */
    public boolean calls(Set<Integer> helpers) {
        return sections.stream()
                .filter(Section::isCode)
                .map(Section::bytes)
                .anyMatch(code -> LongStream.range(0, code.length() / INSTRUCTION_SIZE)
                        .map(number -> number * INSTRUCTION_SIZE)
                        .anyMatch(at ->
                                code.u8(at) == CALL && code.u8(at + 1) == 0 && helpers.contains(code.s32(at + 4))));
    }

    /** The names of the symbols whose addresses are relocated into a section, by offset in the section. */
    public NavigableMap<Long, String> relocations(Section into) {
        NavigableMap<Long, String> relocations = new TreeMap<>();
        relocationTable(into)
                .ifPresent(table -> relocationsIn(table).forEach(entry -> relocations.put(entry.at(), entry.symbol())));
        return relocations;
    }

    /** The section with the relocations of a section. A section has at most one; see {@link #symbols} for the reason. */
    public Optional<Section> relocationTable(Section into) {
        return Optional.ofNullable(relocationTables.get((long) into.index()));
    }

    /** The entries of a section with relocations, in their order. */
    public List<Relocation> relocationsIn(Section table) {
        Section symbols = linked(table);
        NameTable names = names(symbols);
        List<Relocation> relocations = new ArrayList<>();
        for (long at = 0; at + RELOCATION_SIZE <= table.bytes().length(); at += RELOCATION_SIZE) {
            long symbol = table.bytes().s64(at + 8) >>> 32;
            String name = names.name(symbols.bytes().u32(symbol * SYMBOL_SIZE));
            relocations.add(new Relocation(
                    table.bytes().s64(at), name, (int) (table.bytes().start() + at)));
        }
        return relocations;
    }

    /** Where the file has the size of a section ({@code sh_size}). */
    int sizeField(Section section) {
        return Math.toIntExact(file.s64(SECTION_TABLE_FIELD)) + section.index() * SECTION_HEADER_SIZE + SIZE_FIELD;
    }

    /** The names of a table's symbols. */
    private NameTable names(Section table) {
        Section strings = linked(table);
        return names.computeIfAbsent(strings.index(), index -> new NameTable(strings.bytes(), NameTable.MAX_NAME));
    }

    private Section linked(Section table) {
        if (table.link() >= sections.size()) {
            throw table.bytes().malformed("it refers to section " + table.link() + ", which does not exist");
        }
        return sections.get((int) table.link());
    }

    private static FileBytes inItsOrder(FileBytes file) {
        if (file.length() < FILE_HEADER_SIZE
                || file.inOrder(ByteOrder.BIG_ENDIAN).s32(0) != ELF_MAGIC) {
            throw file.malformed("not an ELF file");
        }
        if (file.u8(4) != ELFCLASS64) {
            throw file.malformed(4, "not a 64-bit ELF file");
        }
        return switch (file.u8(5)) {
            case ELFDATA2LSB -> file.inOrder(ByteOrder.LITTLE_ENDIAN);
            case ELFDATA2MSB -> file.inOrder(ByteOrder.BIG_ENDIAN);
            default -> throw file.malformed(5, "unknown byte order " + file.u8(5));
        };
    }

    private static List<Section> readSections(FileBytes file) {
        long start = file.s64(SECTION_TABLE_FIELD);
        int headerSize = file.u16(58);
        int count = file.u16(60);
        int namesIndex = file.u16(62);
        if (count == 0) {
            throw file.malformed(60, "there are no sections");
        }
        if (headerSize != SECTION_HEADER_SIZE) {
            throw file.malformed(58, "section headers of " + headerSize + " bytes instead of " + SECTION_HEADER_SIZE);
        }
        if (namesIndex >= count) {
            throw file.malformed(62, "the names of sections are in section " + namesIndex + " of " + count);
        }
        FileBytes headers = file.slice("section headers", start, (long) count * SECTION_HEADER_SIZE);
        NameTable names =
                new NameTable(content(file, headers, namesIndex, "section names"), NameTable.MAX_SECTION_NAME);
        List<Section> sections = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < count; i++) {
            Section section = readSection(file, headers, names, i);
            size += section.bytes().length();
            sections.add(section);
        }
        // Otherwise many sections over the same bytes would take much longer to read than the file.
        if (size > file.length()) {
            throw file.malformed(
                    "the sections overlap: together they have " + size + " bytes, and the file " + file.length());
        }
        return List.copyOf(sections);
    }

    private static Section readSection(FileBytes file, FileBytes headers, NameTable names, int index) {
        long at = (long) index * SECTION_HEADER_SIZE;
        // The first header is not a section: its fields are zero, or
        // contain numbers that exceed the fields of the file's header.
        String name = index == 0 ? "" : names.name(headers.u32(at));
        FileBytes content = index == 0
                ? file.zeroes("no section", 0)
                : content(
                        file,
                        headers,
                        index,
                        "section " + (name.isEmpty() || name.length() > LONG_NAME ? index : name));
        return new Section(
                index,
                name,
                headers.u32(at + 4),
                headers.s64(at + 8),
                headers.u32(at + 40),
                headers.u32(at + 44),
                content);
    }

    private static FileBytes content(FileBytes file, FileBytes headers, int index, String label) {
        long at = (long) index * SECTION_HEADER_SIZE;
        boolean absent = headers.u32(at + 4) == SHT_NOBITS;
        return absent ? file.slice(label, 0, 0) : file.slice(label, headers.s64(at + 24), headers.s64(at + SIZE_FIELD));
    }
}
