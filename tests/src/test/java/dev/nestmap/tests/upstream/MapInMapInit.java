/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;

/** The maps of libbpf's first test of map-in-map initialisation (commit 646f02ffdd, progs/test_btf_map_in_map.c). */
@BpfObject("map_in_map_init")
interface MapInMapInit {
    @InnerMap(type = MapType.ARRAY, maxEntries = 1)
    record Inner(@Key @U32 int key, int value) {}

    @Slot(key = 0, name = "inner_map1")
    @Slot(key = 2, name = "inner_map2")
    @Name("outer_arr")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Inner.class, maxEntries = 3)
    record OuterArr(@U32 int key) {}

    @Slot(key = 0, name = "inner_map2")
    @Slot(key = 4, name = "inner_map1")
    @Name("outer_hash")
    @OuterMap(inner = Inner.class, maxEntries = 5)
    record OuterHash(int key) {}

    /** What the program writes: a global variable in the original. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Input(@Key @U32 int key, int value) {}
}
