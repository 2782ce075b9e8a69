/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;

/** aya: maps of Rust generics, of either outer type. */
@BpfObject
interface GenericMaps {
    @InnerMap(type = MapType.ARRAY, maxEntries = 10)
    record Item(@Key @U32 long index, @U32 long value) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Item.class, maxEntries = 4)
    record ArrayOfMaps(@U32 long index) {}

    @OuterMap(inner = Item.class, maxEntries = 4)
    record HashOfMaps(@U32 long key) {}
}
