/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version of {@link Counts}: each count has bytes, too. */
@BpfObject("next_counts")
interface NextCounts {
    @InnerMap(maxEntries = 512)
    record Count(@Key @U32 long id, @U64 long packets, @U64 long bytes) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 16)
    @SuppressWarnings("NM-507") // the next version has a smaller number
    record CpuCount(
            @Key @U32 long id, @U64 long packets, @U32 long bytes) {}

    @OuterMap(inner = Count.class, maxEntries = 1024, pin = "tenant")
    record Tenant(@U32 long id) {}

    @OuterMap(inner = CpuCount.class, maxEntries = 64)
    record CpuTenant(@U32 long id) {}
}
