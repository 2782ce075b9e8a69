/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps that programs iterate over, by entry or by CPU. */
@BpfObject("walks")
interface IteratedMaps {
    record Address(@U32 long host, @U32 long port) {}

    @InnerMap(maxEntries = 16)
    record Visit(@Key Address address, @U64 long count) {}

    @OuterMap(inner = Visit.class, maxEntries = 4)
    record Visits(@U32 long tenant) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Step(@Key @U32 int index, @U64 long from, @U64 long to) {}

    @OuterMap(inner = Step.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record Steps(@U32 int slot) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Share(@Key @U32 int index, @U64 long count) {}

    @OuterMap(inner = Share.class, maxEntries = 4)
    record Shares(@U32 long tenant) {}

    @BpfMap(type = MapType.LRU_PERCPU_HASH, maxEntries = 16)
    record Hot(@Key @U32 long number, @U64 long count) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 65_536) // whole pages on every machine
    record Line(@U64 long number) {}

    @OuterMap(inner = Line.class, maxEntries = 4)
    record Lines(@U32 long tenant) {}
}
