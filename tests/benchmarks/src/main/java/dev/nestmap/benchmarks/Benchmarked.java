/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.benchmarks;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** The maps that C and Nestmap use in turns. {@code loops.c} declares the same keys and values. */
@BpfObject("benchmarked")
interface Benchmarked {
    /** A key of 16 bytes. */
    record FlowKey(
            @U64 long cgroup,
            @U32 long address,
            @Be16 int port,
            @U8 int protocol) {}

    @BpfMap(type = MapType.HASH, maxEntries = 131_072)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 4096, flags = MapFlag.MMAPABLE)
    record Counter(
            @Key @U32 long index, @U64 long packets, @U64 long bytes) {}

    @InnerMap(maxEntries = 128)
    record TenantFlow(
            @Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = TenantFlow.class, maxEntries = 1024)
    record Tenant(@U32 long id) {}

    /** Its key has no padding, so that helpers copy none. */
    @InnerMap(maxEntries = 128)
    record Sender(
            @Key @U64 long address, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Sender.class, maxEntries = 16)
    record Customer(@U32 long id) {}

    @InnerMap(maxEntries = 4096)
    record RotatedFlow(
            @Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = RotatedFlow.class, maxEntries = 1000)
    record Rotated(@U32 long id) {}

    /** An event of 64 bytes. */
    @BpfMap(type = MapType.RINGBUF, maxEntries = 1 << 24)
    record Event(
            @U64 long time,
            @U64 long cgroup,
            @U64 long inode,
            @U64 long offset,
            @U64 long length,
            @U64 long latency,
            @U64 long flags,
            @U32 long pid,
            @U32 long cpu) {}
}
