/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.OuterType;
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

    @InnerMap(type = InnerType.RINGBUF, sizedAtLoad = true)
    record Event(Header header, @U32 long cpu) {}

    @OuterMap(type = OuterType.ARRAY_OF_MAPS, inner = Event.class, sizedAtLoad = true)
    record Ringbufs(@U32 long cpu) {}
}
