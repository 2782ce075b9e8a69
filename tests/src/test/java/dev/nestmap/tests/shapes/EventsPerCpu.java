/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Falco: a ring buffer for each CPU. */
@BpfObject
interface EventsPerCpu {
    record Header(
            @U64 long nanos,
            @U64 long thread,
            @U32 long length,
            @U16 int type) {}

    @InnerMap(type = MapType.RINGBUF, sizedAtLoad = true)
    record Event(Header header, @U32 long cpu) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Event.class, sizedAtLoad = true)
    record Ringbufs(@U32 long cpu) {}
}
