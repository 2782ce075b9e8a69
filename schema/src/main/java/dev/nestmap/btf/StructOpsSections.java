/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The sections of struct_ops. libbpf before 1.2 ignores {@code .struct_ops.link}, but loads the same structs in {@code .struct_ops}. */
public final class StructOpsSections {
    private static final String PLAIN = ".struct_ops";
    private static final String LINKED = ".struct_ops.link";

    /** The string tables of sections, symbols and types. LLVM writes one table for sections and symbols. */
    private static final List<String> NAMES = List.of(".strtab", ".shstrtab", ".BTF");

    private StructOpsSections() {}

    /** Whether an object has structs of function pointers for the kernel. */
    static boolean anyIn(Elf elf) {
        return Stream.of(PLAIN, LINKED, "?" + PLAIN, "?" + LINKED)
                .anyMatch(name -> elf.section(name).isPresent());
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
        for (String table : NAMES) {
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
