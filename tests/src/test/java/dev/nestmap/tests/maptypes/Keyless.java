/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Queues, stacks and Bloom filters, plain and in both types of outer map: structs with padding, and single values. */
@BpfObject("keyless")
interface Keyless {
    @InnerMap(type = MapType.QUEUE, maxEntries = 4)
    record Job(@U64 long id, @U8 int priority) {}

    @InnerMap(type = MapType.STACK, maxEntries = 4)
    record Frame(@U64 long address) {}

    @InnerMap(type = MapType.BLOOM_FILTER, mapExtra = 3, maxEntries = 256)
    record Seen(@U32 long source, @U8 int protocol) {}

    @OuterMap(inner = Job.class, maxEntries = 8)
    record JobsBy(@U32 long tenant) {}

    @OuterMap(inner = Job.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record JobsAt(@U32 int index) {}

    @OuterMap(inner = Frame.class, maxEntries = 8)
    record FramesBy(@U32 long tenant) {}

    @OuterMap(inner = Frame.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record FramesAt(@U32 int index) {}

    @OuterMap(inner = Seen.class, maxEntries = 8)
    record SeenBy(@U32 long tenant) {}

    @OuterMap(inner = Seen.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record SeenAt(@U32 int index) {}

    @BpfMap(type = MapType.QUEUE, maxEntries = 4)
    record PlainJob(@U32 long id) {}

    @BpfMap(type = MapType.STACK, maxEntries = 4)
    record PlainFrame(@U64 long address, @U8 int depth) {}

    @BpfMap(type = MapType.BLOOM_FILTER, maxEntries = 256)
    record PlainSeen(@U64 long id) {}
}
