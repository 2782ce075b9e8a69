/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps of counts. */
@BpfObject("counts")
interface Counts {
    int MOST = 256;

    @InnerMap(maxEntries = MOST)
    record Count(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 16)
    record CpuCount(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 8)
    record Slot(@Key @U32 int index, @U64 long packets) {}

    @OuterMap(inner = Count.class, maxEntries = 1024, pin = "tenant")
    record Tenant(@U32 long id) {}

    @OuterMap(inner = CpuCount.class, maxEntries = 64, countsFailedAdditions = false)
    record CpuTenant(@U32 long id) {}

    @OuterMap(inner = Recent.class, maxEntries = 64)
    record RecentTenant(@U32 long id) {}

    @OuterMap(inner = Slot.class, maxEntries = 64)
    record SlotTenant(@U32 long id) {}
}
