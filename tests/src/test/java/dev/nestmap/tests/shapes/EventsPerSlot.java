/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** scx and libbpf-rs: ring buffers in slots with gaps. One buffer comes into two outer maps. */
@BpfObject
interface EventsPerSlot {
    @InnerMap(
            type = MapType.RINGBUF,
            maxEntries = 4096,
            instances = {"ringbuf1", "ringbuf2"})
    record Event(@U64 long number) {}

    @OuterMap(inner = Event.class, maxEntries = 8)
    record ByCpu(@U32 long cpu) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Event.class, maxEntries = 4)
    record RingbufArr(@U32 int index) {}

    @OuterMap(inner = Event.class, maxEntries = 1)
    record RingbufHash(int index) {}
}
