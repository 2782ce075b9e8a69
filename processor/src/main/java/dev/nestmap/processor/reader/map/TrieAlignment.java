/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.map;

import dev.nestmap.processor.reader.source.EnclosingTypes;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.Amount;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import java.util.Objects;
import javax.lang.model.element.TypeElement;

/**
 * Adds a note about values of an LPM_TRIE that are not aligned. The kernel puts the value right after the key's data, which begins at a
 * multiple of 8 bytes ({@code struct lpm_trie_node} in kernel/bpf/lpm_trie.c, Linux 6.12). The maps of somebody else's object get no note,
 * because its C code stays as it is.
 */
record TrieAlignment(TypeElement topLevel, Problems problems) {
    /** The length of the prefix, which is the first part of the key. */
    private static final int PREFIX_LENGTH = Integer.BYTES;

    /** Checks the map that a record declares. */
    void check(TypeElement record, MapDef map) {
        if (map.kind() != MapKind.LPM_TRIE || EnclosingTypes.isForeign(topLevel)) {
            return;
        }
        CType key = Objects.requireNonNull(map.key());
        CType value = Objects.requireNonNull(map.value());
        long data = key.size() - PREFIX_LENGTH;
        int number = Math.min(value.alignment(), Long.BYTES);
        if (data > 0 && data % number != 0) {
            problems.note(
                    SourceLocation.of(record),
                    "an LPM_TRIE puts the value right after the key: the key of " + map.name() + " has "
                            + Amount.of(data, "byte") + " after its length, so the numbers of "
                            + Amount.of(number, "byte") + " in the value are not aligned, and an atomic instruction on"
                            + " them can crash Linux on arm64; count in a map of another type");
        }
    }
}
