package com.acme;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

/** What is counted. If you change it, change flows.bpf.c and the table in sql, too. */
@BpfObject("flows")
@BpfProgram(value = "count", section = "cgroup_skb/egress")
public interface Flows {
    record FlowKey(
            Inet4Address source,
            Inet4Address destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort) {}

    /** What a flow has sent. */
    @InnerMap(maxEntries = 4096)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    /** A tenant, identified by the UDP port of its service. The map is pinned, so that its counts outlive the agent. */
    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "tenant")
    record Tenant(@U32 long port) {}
}
