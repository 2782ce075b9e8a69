/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

import dev.nestmap.schema.type.CType;
import java.util.List;

/**
 * One global variable in C. libbpf makes an array with one entry from each section of variables. The section determines who can write to it
 * after the load: nobody ({@code .rodata}), or programs and user space.
 *
 * @param name name in C
 * @param section name of the ELF section
 * @param type its type, without {@code const} and {@code volatile}
 */
public record GlobalDef(String name, String section, CType type) {
    /** The section of constants. */
    public static final String RODATA = ".rodata";

    /** The section of variables with an initial value in C. */
    public static final String DATA = ".data";

    /** The section of variables that are zero at first. */
    public static final String BSS = ".bss";

    /**
     * The constant of generated headers that is 1 if a program must repeat a failed lookup in a HASH_OF_MAPS. Before Linux 6.16, one lookup can
     * miss a key whose map is just being replaced. Records don't declare it, so schemas of objects do not contain it.
     */
    public static final String LOOKUP_AGAIN = "nestmap_lookup_again";

    private static final List<String> SECTIONS = List.of(RODATA, DATA, BSS);

    /**
     * Whether libbpf makes a map from the section: one of the three standard sections, or one whose name is a standard name, a dot and
     * more ({@code bpf_object__elf_collect} in libbpf.c, tested with libbpf 1.1).
     */
    public static boolean isDataSection(String section) {
        return SECTIONS.stream().anyMatch(standard -> section.equals(standard) || section.startsWith(standard + "."));
    }

    /** Whether the section has constants. */
    public static boolean isConstantSection(String section) {
        return section.equals(RODATA) || section.startsWith(RODATA + ".");
    }

    /** Whether it is a constant: libbpf freezes its section, so the verifier knows the value. */
    public boolean isConstant() {
        return isConstantSection(section);
    }

    /** The type as C declares it: {@code const volatile struct config}. */
    public String spelling() {
        return (isConstant() ? "const volatile " : "") + type.spelling();
    }
}
