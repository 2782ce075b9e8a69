/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.ListOrTreeRoot;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.HashMap;
import java.util.Map;

/** Reads the element types of lists and trees, which declaration tags name ({@code __contains} in {@code bpf_experimental.h}). */
final class ListAndTreeElementReader {
    private static final String WORD = "contains";

    /** Tags by the number of the struct and the index of the member. */
    private final Map<Member, String> tags = new HashMap<>();

    private record Member(int struct, int index) {}

    ListAndTreeElementReader(Btf btf) {
        btf.types(BtfKind.DECL_TAG)
                .filter(tag -> tag.name().startsWith(WORD + ":"))
                .forEach(tag -> tags.put(new Member(tag.target(), tag.componentIndex()), tag.name()));
    }

    /** The type of a member, as a {@link ListOrTreeRoot} if a tag names the type of its elements. */
    CType of(BtfType struct, int index, CType type) {
        String tag = tags.get(new Member(struct.id(), index));
        boolean isRoot = type == ManagedFieldType.LIST_HEAD || type == ManagedFieldType.RB_ROOT;
        String[] words = tag == null ? new String[0] : tag.split(":", -1);
        return isRoot && words.length == 3 ? new ListOrTreeRoot((ManagedFieldType) type, words[1], words[2]) : type;
    }
}
