/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

/** The events of foreign_events.bpf.c. */
@BpfObject(value = "foreign_events", existing = true)
interface Events {
    @Name("events")
    @BpfMap(type = MapType.RINGBUF, struct = "new_source")
    record NewSource(
            Inet4Address address, @U32 long bytes, @U64 long at) {}
}
