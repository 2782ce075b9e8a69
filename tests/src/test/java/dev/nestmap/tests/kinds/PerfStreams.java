/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kinds;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.MaxEntries;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.OuterType;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.ByteString;

/** Arrays of perf events whose events are read, at each place; and one whose slots are filled by hand. */
@BpfObject("perf_streams")
interface PerfStreams {
    @InnerMap(type = InnerType.PERF_EVENT_ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record Traced(@U64 long number, @U8 int kind) {}

    @OuterMap(inner = Traced.class, maxEntries = 8)
    record TracedBy(@U32 long tenant) {}

    @OuterMap(inner = Traced.class, type = OuterType.ARRAY_OF_MAPS, maxEntries = 8)
    record TracedAt(int index) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record PlainTraced(@U32 long number) {}

    /** Of a length that the kernel rounds up, and that goes round the end of a buffer in two parts. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record LongTraced(@Size(413) ByteString bytes) {}

    /** As long as the kernel can say. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record LongestTraced(@Size(65_516) ByteString bytes) {}

    /** Has a slot for no CPU but the first. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 1)
    record TooShort(@U32 long number) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = MaxEntries.AT_LOAD)
    record ByHand(@Key int cpu) {}
}
