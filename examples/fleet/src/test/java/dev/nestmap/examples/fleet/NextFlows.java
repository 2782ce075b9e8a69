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

/** The next version of {@link com.acme.Flows}: a flow also counts its large packets. */
@BpfObject(value = "next_flows", was = "flows")
@BpfProgram(value = "count", section = "cgroup_skb/egress")
interface NextFlows {
    /** As before. */
    record FlowKey(
            Inet4Address source,
            Inet4Address destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort) {}

    /** Counts for one flow of a tenant. */
    @InnerMap(maxEntries = 4096)
    record Flow(
            @Key FlowKey key,
            @U64 long packets,
            @U64 long bytes,
            @U64 long large) {}

    /** As before. */
    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "tenant")
    record Tenant(@U32 long port) {}
}
