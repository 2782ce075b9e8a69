/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The same inner maps in a hash that grows with its entries, if the kernel has it, in one with a table for all of them, and in one with all entries. */
@BpfObject("hashes")
interface Hashes {
    int SIZE = 4096;
    int MOST = 1 << 20;

    record Flow(@U64 long source, @U64 long destination) {}

    @InnerMap(type = MapType.RHASH_OR_HASH, maxEntries = SIZE)
    record Growing(@Key Flow flow, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Growing.class, maxEntries = MOST)
    record GrowingOf(@U32 long tenant) {}

    @InnerMap(flags = MapFlag.NO_PREALLOC, maxEntries = SIZE)
    record Fixed(@Key Flow flow, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Fixed.class, maxEntries = MOST)
    record FixedOf(@U32 long tenant) {}

    @InnerMap(maxEntries = SIZE)
    record Full(@Key Flow flow, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Full.class, maxEntries = MOST)
    record FullOf(@U32 long tenant) {}
}
