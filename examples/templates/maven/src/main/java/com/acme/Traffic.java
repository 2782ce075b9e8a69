package com.acme;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

@BpfObject("traffic") // one BPF object: one C header, one generated class
@BpfProgram(value = "count", section = "cgroup_skb/egress") // its program, which Java attaches
public interface Traffic {
    @InnerMap(maxEntries = 4096)
    record Sent(@Key Inet4Address destination, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Sent.class, maxEntries = 64)
    record Device(@U32 long index) {}
}
