/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** An outer map with many inner maps. */
@BpfObject("many_maps")
@BpfProgram(value = "touch", section = "xdp")
interface ManyMaps {
    @InnerMap(maxEntries = 4)
    record Count(@Key @U32 long id, @U64 long packets) {}

    @InnerMapsOnDemand(maxPending = 65_536)
    @OuterMap(inner = Count.class, maxEntries = 1 << 20)
    record Tenant(@U32 long id) {}
}
