/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;

/** The maps that the kernel's documentation shows (Documentation/bpf/map_of_maps.rst), bound to its C code. */
@BpfObject(value = "map_of_maps", existing = true)
interface MapOfMaps {
    @Name("inner_map")
    @InnerMap(type = MapType.ARRAY)
    record Inner(@Key @U32 long index, @U32 long value) {}

    @Slot(key = 0, name = "inner_map1")
    @Slot(key = 1, name = "inner_map2")
    @Name("outer_map")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Inner.class)
    record Outer(@U32 long index) {}
}
