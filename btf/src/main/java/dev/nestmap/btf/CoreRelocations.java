/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.util.HashSet;
import java.util.Set;

/**
 * Reads CO-RE relocations from {@code .BTF.ext}. With them, the loader replaces the offset of a field with its offset in the running
 * kernel ({@code struct btf_ext_header} and {@code struct bpf_core_relo} in libbpf and {@code linux/bpf.h}).
 */
final class CoreRelocations {
    private static final int MAGIC = 0xeb9f;

    /** An old, shorter header has no relocations. */
    private static final int HEADER_SIZE = 32;

    private static final int RELOCATION_SIZE = 16;
    private static final int SECTION_HEAD_SIZE = 8;

    /** {@code BPF_CORE_FIELD_BYTE_OFFSET} */
    private static final long FIELD_OFFSET = 0;

    private CoreRelocations() {}

    /** The tags of the structs and unions for whose fields programs have relocations of their offsets. */
    static Set<String> in(FileBytes section, Btf btf) {
        if (section.u16(0) != MAGIC) {
            throw section.malformed(0, "does not begin with BTF's magic number in the byte order of the file");
        }
        long header = section.u32(4);
        return header < HEADER_SIZE || section.u32(28) == 0
                ? Set.of()
                : read(section.slice("CO-RE relocations", header + section.u32(24), section.u32(28)), btf);
    }

    /** Reads the relocations: the size of a record, and then for each code section its name, the number of records and the records. */
    private static Set<String> read(FileBytes relocations, Btf btf) {
        long size = relocations.u32(0);
        if (size < RELOCATION_SIZE) {
            throw relocations.malformed(
                    0, "a relocation has " + size + " bytes, but must have at least " + RELOCATION_SIZE);
        }
        Set<String> tags = new HashSet<>();
        long at = Integer.BYTES;
        while (at < relocations.length()) {
            long count = relocations.u32(at + 4);
            at += SECTION_HEAD_SIZE;
            for (long i = 0; i < count; i++) {
                if (relocations.u32(at + 12) == FIELD_OFFSET) {
                    tags.add(btf.resolve(relocations.s32(at + 4)).name());
                }
                at += size;
            }
        }
        tags.remove("");
        return Set.copyOf(tags);
    }
}
