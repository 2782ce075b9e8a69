/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Changes an object file in cases that libbpf rejects and other loaders accept: static programs, slots of program arrays whose programs
 * are not loaded, and for libbpf before 1.2 the section {@code .struct_ops.link}.
 */
public final class LibbpfFixups {
    /** {@code st_info} of a function that other files can use: {@code STB_GLOBAL} and {@code STT_FUNC}. */
    private static final byte GLOBAL_FUNCTION = 1 << 4 | Elf.FUNCTION_SYMBOL;

    private static final int INFO_FIELD = 4;

    /** The section with structs that libbpf before 1.2 ignores. It loads the same structs in {@link #PLAIN}. */
    public static final String LINKED = ".struct_ops.link";

    private static final String PLAIN = ".struct_ops";

    /** The string tables of sections, symbols and types. LLVM writes one table for sections and symbols. */
    private static final List<String> STRING_TABLES = List.of(".strtab", ".shstrtab", ".BTF");

    private LibbpfFixups() {}

    /**
     * Returns what libbpf reads instead of an object file.
     *
     * <p>libbpf finds no static program ("is static and not supported", {@code bpf_object__add_programs} in libbpf.c), and fails with EBADF
     * if the program of a slot is not loaded ({@code init_prog_array_slots}); this was seen with versions 1.1 and 1.7. Here static programs
     * become global, and slots of programs that are not loaded stay empty.
     *
     * @param file name of the file, for messages
     * @param object the bytes of the object file, which stay as they are
     * @param chosen whether programs are loaded, by name; the object decides about the others
     * @return a changed copy
     * @throws MalformedObjectException if the file can't be read
     */
    public static byte[] of(String file, byte[] object, Map<String, Boolean> chosen) {
        Elf elf = Elf.parse(file, object);
        byte[] changed = object.clone();
        Set<String> leftOut = new HashSet<>();
        for (Elf.Symbol program : elf.programs()) {
            if (program.isLocal()) {
                changed[program.entry() + INFO_FIELD] = GLOBAL_FUNCTION;
            }
            boolean byDefault = !program.section().name().startsWith("?");
            if (!chosen.getOrDefault(program.name(), byDefault)) {
                leftOut.add(program.name());
            }
        }
        elf.section(BtfMapReader.SECTION)
                .flatMap(elf::relocationTable)
                .ifPresent(table -> dropSlots(elf, table, leftOut, changed));
        return changed;
    }

    /** Moves the relocations that stay to the front, and shortens their section. */
    private static void dropSlots(Elf elf, Elf.Section table, Set<String> programs, byte[] file) {
        int start = table.bytes().start();
        int end = start;
        for (Elf.Relocation slot : elf.relocationsIn(table)) {
            if (!programs.contains(slot.symbol())) {
                System.arraycopy(file, slot.entry(), file, end, Elf.RELOCATION_SIZE);
                end += Elf.RELOCATION_SIZE;
            }
        }
        ByteBuffer.wrap(file).order(elf.order()).putLong(elf.sizeField(table), end - start);
    }

    /**
     * Renames {@code .struct_ops.link} to {@code .struct_ops}. The shorter name ends earlier in the same place, so no other byte moves.
     *
     * @param file name of the file, for messages
     * @param object the bytes of an object file
     * @return a changed copy; empty if the object has no {@code .struct_ops.link}
     * @throws MalformedObjectException if the file can't be read, or has both sections
     */
    public static Optional<byte[]> withoutLinks(String file, byte[] object) {
        Elf elf = Elf.parse(file, object);
        if (elf.section(LINKED).isEmpty()) {
            return Optional.empty();
        }
        if (elf.section(PLAIN).isPresent()) {
            throw new MalformedObjectException(file + ": there are structs in SEC(\"" + PLAIN + "\") and in SEC(\""
                    + LINKED + "\"), and libbpf before 1.2 can't load both: move all of them to one of the sections");
        }
        byte[] renamed = object.clone();
        for (String table : STRING_TABLES) {
            elf.section(table).ifPresent(section -> shorten(section.bytes(), renamed));
        }
        return Optional.of(renamed);
    }

    /** Also shortens the name of the relocations, which is {@code .rel.struct_ops.link}. */
    private static void shorten(FileBytes table, byte[] file) {
        String names = table.latin1();
        for (int at = names.indexOf(LINKED + '\0'); at >= 0; at = names.indexOf(LINKED + '\0', at + 1)) {
            int start = names.lastIndexOf('\0', at) + 1;
            if (start == at || names.startsWith(".rel", start)) {
                file[table.start() + at + PLAIN.length()] = 0;
            }
        }
    }
}
