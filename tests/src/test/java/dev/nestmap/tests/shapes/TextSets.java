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
 * Tetragon: sets of texts of eleven lengths, up to 4098 bytes. The records declare one entry, and each inner map is
 * created with its own size.
 */
@BpfObject
interface TextSets {
    @InnerMap(maxEntries = 1)
    record Text25(@Key @Size(25) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text25.class, maxEntries = 8)
    record Texts25(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text49(@Key @Size(49) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text49.class, maxEntries = 8)
    record Texts49(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text73(@Key @Size(73) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text73.class, maxEntries = 8)
    record Texts73(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text97(@Key @Size(97) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text97.class, maxEntries = 8)
    record Texts97(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text121(@Key @Size(121) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text121.class, maxEntries = 8)
    record Texts121(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text145(@Key @Size(145) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text145.class, maxEntries = 8)
    record Texts145(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text258(@Key @Size(258) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text258.class, maxEntries = 8)
    record Texts258(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text514(@Key @Size(514) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text514.class, maxEntries = 8)
    record Texts514(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text1026(@Key @Size(1026) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text1026.class, maxEntries = 8)
    record Texts1026(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text2050(@Key @Size(2050) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text2050.class, maxEntries = 8)
    record Texts2050(@U32 long selector) {}

    @InnerMap(maxEntries = 1)
    record Text4098(@Key @Size(4098) ByteString text, @U8 int found) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Text4098.class, maxEntries = 8)
    record Texts4098(@U32 long selector) {}
}
