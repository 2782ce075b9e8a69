package com.acme;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

@BpfObject("tenant_flows")
@BpfProgram(value = "count", section = "xdp")
public interface TenantFlows {
    @InnerMap(maxEntries = 4096)
    record Flow(@Key Inet4Address source, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "tenant")
    record Tenant(@U32 long port) {}
}
