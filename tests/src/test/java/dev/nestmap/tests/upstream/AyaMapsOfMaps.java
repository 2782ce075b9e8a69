/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upstream;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The maps that aya's pull request 1564 uses to describe maps of maps. */
@BpfObject("aya_maps_of_maps")
interface AyaMapsOfMaps {
    @InnerMap(type = MapType.ARRAY, maxEntries = 10)
    record Item(@Key @U32 long index, @U32 long value) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Item.class, maxEntries = 4)
    record ArrayOfMaps(@U32 long index) {}

    @OuterMap(inner = Item.class, maxEntries = 4)
    record HashOfMaps(@U32 long key) {}

    @InnerMap(maxEntries = 10)
    record Count(@Key @U32 long key, @U64 long count) {}

    @OuterMap(inner = Count.class, maxEntries = 4, pin = "nestmap-seeds/counts")
    record Counts(@U32 long key) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U32 long number) {}

    @OuterMap(inner = Event.class, maxEntries = 4)
    record Events(@U32 long key) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 64)
    record Perf(@Key @U32 int cpu) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Perf.class, maxEntries = 4)
    record Perfs(@U32 long index) {}

    /** A program array. The kernel does not accept program arrays as inner maps, so this map is plain (NM-124). */
    @Slot(key = 1, name = "second")
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 2)
    record Jump(@Key @U32 long index) {}
}
