/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

/** The events of foreign_events.bpf.c without the name of the struct in C, so nothing is known of their fields. */
@BpfObject(value = "foreign_events_renamed", existing = true)
interface RenamedEvents {
    @Name("events")
    @BpfMap(type = MapType.RINGBUF)
    record Arrival(@U64 long at, Inet4Address address, @U32 long bytes) {}
}
