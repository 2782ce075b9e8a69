/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Both types of outer map over several types of inner map. The structs occur only in inner maps. */
@BpfObject("nested_maps")
public interface NestedMaps {
    int OUTERS = 8;
    int INNERS = 4;

    /** A key with padding. */
    record Place(@U32 long number, @U8 int letter) {}

    @InnerMap(maxEntries = INNERS)
    record Hashed(@Key Place place, @U64 long count) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64)
    record Recent(@Key Place place, @U64 long count, @U16 int last) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = INNERS)
    record Slot(@Key @U32 long index, @U64 long count) {}

    @OuterMap(inner = Hashed.class, maxEntries = OUTERS)
    record HashOfHashes(@U32 long id) {}

    @OuterMap(inner = Recent.class, maxEntries = OUTERS)
    record HashOfRecents(@U32 long id) {}

    /** An outer map with a compound key. */
    @OuterMap(inner = Slot.class, maxEntries = OUTERS)
    record HashOfSlots(@U32 long id, @U8 int region) {}

    @OuterMap(inner = Hashed.class, type = MapType.ARRAY_OF_MAPS, maxEntries = OUTERS)
    record ArrayOfHashes(@U32 long id) {}

    @OuterMap(inner = Recent.class, type = MapType.ARRAY_OF_MAPS, maxEntries = OUTERS)
    record ArrayOfRecents(@U32 long id) {}

    @OuterMap(inner = Slot.class, type = MapType.ARRAY_OF_MAPS, maxEntries = OUTERS)
    record ArrayOfSlots(@U32 long id) {}
}
