/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.newtenants;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.Constants;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.Variables;
import java.net.Inet4Address;

/** The maps, the variables and the program of {@code new_tenants.bpf.c}. */
@BpfObject("new_tenants")
@BpfProgram(value = "count", section = "xdp")
interface NewTenants {
    /** The ports that can be tenants. Without a limit, a port scan would make a map for every port. */
    @Constants
    record TenantPorts(@U16 int first, @U16 int last) {}

    /** What was sent to other ports. */
    @Variables
    record Ignored(@U64 long datagrams) {}

    /** A sender of datagrams to a tenant. */
    @InnerMap(maxEntries = 64)
    record Talker(@Key Inet4Address address, @U64 long datagrams) {}

    /** A tenant: a port that datagrams are sent to. */
    @InnerMapsOnDemand(maxPending = 4096)
    @OuterMap(inner = Talker.class, maxEntries = 16384)
    record Tenant(@U16 int port) {}
}
