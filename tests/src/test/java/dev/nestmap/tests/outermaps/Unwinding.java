/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.outermaps;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Outer maps of one record that differ in name and size, like the sixteen of the OpenTelemetry profiler. Some are filled on demand. */
@BpfObject("unwinding")
public interface Unwinding {
    @InnerMap(type = MapType.ARRAY, maxEntries = 1 << 8)
    record StackDelta(
            @Key @U32 long index, @U16 int addressLow, @U16 int unwindInfo) {}

    @OuterMap(name = "exe_id_to_8_stack_deltas", inner = StackDelta.class, maxEntries = 4096)
    @OuterMap(name = "exe_id_to_9_stack_deltas", inner = StackDelta.class, maxEntries = 4096, innerMaxEntries = 1 << 9)
    @OuterMap(name = "exe_id_to_10_stack_deltas", inner = StackDelta.class, maxEntries = 64, innerMaxEntries = 1 << 10)
    record ExeId(@U64 long id) {}

    @InnerMap(maxEntries = 16)
    record Mapping(@Key @U64 long address, @U64 long fileId) {}

    @InnerMapsOnDemand(maxPending = 8)
    @OuterMap(name = "small_pages", inner = Mapping.class, maxEntries = 8)
    @OuterMap(name = "large_pages", inner = Mapping.class, maxEntries = 8, innerMaxEntries = 4)
    record Page(@U32 long process, @U32 long page) {}
}
