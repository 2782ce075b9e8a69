/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

/**
 * The maps and the program of {@code src/main/bpf/fleet.bpf.c}. The maps are pinned, so that their counts outlive the processes that use
 * them.
 */
@BpfObject("fleet")
@BpfProgram(value = "count", section = "xdp")
public interface Fleet {
    /** The key of a flow. */
    record FlowKey(
            Inet4Address source,
            Inet4Address destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort) {}

    /** Counts for one flow of a tenant. The bytes include the UDP header. */
    @InnerMap(maxEntries = 4096)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    /** A tenant, identified by the UDP port that it listens on. */
    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "tenant")
    record Tenant(@U32 long port) {}
}
