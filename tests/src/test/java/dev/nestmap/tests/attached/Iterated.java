/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.Ipv4Prefix;

/** Maps whose entries iterators visit. */
@BpfObject("iterated")
interface Iterated {
    @InnerMap(maxEntries = 10_000)
    record Visits(@Key @U32 long page, @U64 long count) {}

    @OuterMap(inner = Visits.class, maxEntries = 8)
    record VisitsOf(@U32 long tenant) {}

    /** More entries than the kernel visits in one read. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1_100_000)
    record Cell(@Key @U32 int index, @U64 long count) {}

    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 1)
    record CellOfCpu(@Key @U32 int index, @U64 long count) {}

    /** A type that the kernel does not iterate over. */
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Route(@Key Ipv4Prefix prefix, @U64 long count) {}
}
