/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.newtenants;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OnDemand;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U64;
import java.net.Inet4Address;

/** The maps of {@code new_tenants.bpf.c}. */
@BpfObject("new_tenants")
interface NewTenants {
    /** A sender of datagrams to a tenant. */
    @InnerMap(maxEntries = 64)
    record Talker(@Key Inet4Address address, @U64 long datagrams) {}

    /** A tenant: any port that datagrams are sent to. */
    @OnDemand(maxPending = 4096)
    @OuterMap(inner = Talker.class, maxEntries = 16384)
    record Tenant(@U16 int port) {}
}
