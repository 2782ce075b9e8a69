/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** What programs share with user space: an array in memory, events, and what belongs to a socket. */
@BpfObject("faulted")
interface Faulted {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1, flags = MapFlag.MMAPABLE)
    record Run(@Key @U32 int index, @U64 long count) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 65536)
    record Packet(@U64 long number) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Traced(@U64 long number) {}

    @BpfMap(type = MapType.SK_STORAGE)
    record Session(@U64 long packets) {}
}
