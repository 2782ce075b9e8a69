/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Pad;
import dev.nestmap.annotations.S8;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.Untagged;

/** Perforator: pages of a tree, which are leaves or nodes of 4 KiB, with enums of one byte and packed structs inside packed structs. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // values contain arrays
interface UnwindNodes {
    enum Kind {
        LEAF,
        NODE
    }

    enum Rule {
        @EnumValue(0)
        SAME,
        @EnumValue(1)
        CFA,
        @EnumValue(255)
        UNDEFINED
    }

    @Packed
    record Cfa(@U8 Rule rule, @U8 @Name("reg") int register, int offset) {}

    @Packed
    record Ra(@S8 byte offset) {}

    @Packed
    record Unwind(Cfa cfa, Ra ra) {}

    @Union
    sealed interface Content {
        record Leaf(
                @U32 long length,
                @U32 @Size(256) int[] pcs,
                @U32 @Size(256) int[] ranges,
                @Size(256) Unwind[] rules) implements Content {}

        record Node(@U32 @Size(1024) int[] children) implements Content {}
    }

    @InnerMap(type = MapType.ARRAY, maxEntries = 16384)
    record Page(
            @Key @U32 long index,
            @U32 long id,
            @U32 long padding,
            @U64 long beginAddress,
            @U64 long endAddress,
            @U32 long refs,
            @U8 Kind kind,
            @Pad(3) Untagged<Content> content) {
        /** The member of the union that the program has written. */
        Content selected() {
            return switch (kind) {
                case LEAF -> content.as(Content.Leaf.class);
                case NODE -> content.as(Content.Node.class);
            };
        }
    }

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Page.class, maxEntries = 16)
    record Parts(@U32 long part) {}
}
