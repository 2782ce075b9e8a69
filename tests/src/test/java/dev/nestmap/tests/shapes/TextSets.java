/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.ByteString;

/**
 * Tetragon: sets of texts of up to 4098 bytes. The records declare one entry, and each inner map is
 * created with its own size.
 */
@BpfObject
interface TextSets {
    @InnerMap(maxEntries = 1)
    record Text25(@Key @Size(25) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text25.class, maxEntries = 8)
    record Texts25(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text514(@Key @Size(514) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text514.class, maxEntries = 8)
    record Texts514(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text4098(@Key @Size(4098) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text4098.class, maxEntries = 8)
    record Texts4098(@U32 long selector) {}
}
