/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Maps of the sizes that a benchmark wants. {@code loops.c} declares the same keys and values. */
@BpfObject("grown")
interface Grown {
    /** A key of 16 bytes. */
    record FlowKey(
            @U64 long cgroup,
            @U32 long address,
            @Be16 int port,
            @U8 int protocol) {}

    @BpfMap(type = MapType.HASH, sizedAtLoad = true)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @InnerMap(maxEntries = 4)
    record TenantFlow(
            @Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = TenantFlow.class, sizedAtLoad = true)
    record Tenant(@U32 long id) {}
}
