/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.ByteString;

/** Perf event arrays that user space reads, plain and in both types of outer map, and one whose slots the caller fills. */
@BpfObject("perf_streams")
interface PerfStreams {
    @InnerMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Traced(@U64 long number, @U8 int kind) {
        public Traced {
            if (kind == 255) {
                throw new IllegalArgumentException("kind 255 is unknown");
            }
        }
    }

    @OuterMap(inner = Traced.class, maxEntries = 8)
    record TracedBy(@U32 long tenant) {}

    @OuterMap(inner = Traced.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record TracedAt(@U32 int index) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record PlainTraced(@U32 long number) {}

    /** An event whose length the kernel rounds up, and which wraps around the end of the buffer in two parts. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record LongTraced(@Size(413) ByteString bytes) {}

    /** An event of the maximum length. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record LongestTraced(@Size(65_516) ByteString bytes) {}

    /** An array with a slot for the first CPU only. */
    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 1)
    record TooShort(@U32 long number) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record ByHand(@Key @U32 int cpu) {}
}
