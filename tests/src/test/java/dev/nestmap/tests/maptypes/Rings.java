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

/** Ring buffers of both directions, plain and in both types of outer map: structs with padding, and single values. */
@BpfObject("rings")
public interface Rings {
    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long number, @U8 int kind) {}

    @OuterMap(inner = Event.class, maxEntries = 8)
    record EventsBy(@U32 long tenant) {}

    @OuterMap(inner = Event.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record EventsAt(@U32 int index) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record PlainEvent(@U64 long number) {}

    /** In a buffer that is large enough for its reader to pause. */
    @BpfMap(type = MapType.RINGBUF, maxEntries = 1 << 20)
    record LiveEvent(@U64 long number) {}

    /** A record of the maximum size of this buffer. */
    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Longest(@Size(4080) ByteString bytes) {}

    @InnerMap(type = MapType.USER_RINGBUF, maxEntries = 4096)
    record Command(@U32 long number, @U8 int action) {}

    @OuterMap(inner = Command.class, maxEntries = 8)
    record CommandsBy(@U32 long tenant) {}

    @OuterMap(inner = Command.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 8)
    record CommandsAt(@U32 int index) {}

    @BpfMap(type = MapType.USER_RINGBUF, maxEntries = 4096)
    record PlainCommand(@U64 long number) {}

    /** Events that Java does not read. */
    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Unread() {}

    @OuterMap(inner = Unread.class, maxEntries = 8)
    record UnreadBy(@U32 long tenant) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 2)
    record UnreadSamples() {}

    /** Number and sum of the messages that the program has drained. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Drained(
            @Key @U32 int index, @U64 long count, @U64 long sum) {}
}
