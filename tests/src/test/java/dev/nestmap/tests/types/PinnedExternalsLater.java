/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.External;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.net.Inet4Address;

/** The next version of {@link PinnedExternals}, with one more component in each map. */
@BpfObject
interface PinnedExternalsLater {
    /** The kernel's enum has four more constants. */
    @External(header = "linux/bpf.h")
    @Name("xdp_action")
    enum Action {
        @EnumValue(1)
        @Name("XDP_DROP")
        DROP
    }

    /** In C, the last two components are in a union of two structs. */
    @External(header = "linux/ip.h")
    @Name("iphdr")
    record Ipv4(
            @U8 @Bits(4) int ihl,
            @U8 @Bits(4) int version,
            @U8 int tos,
            @Be16 int totLen,
            @Be16 int id,
            @Be16 int fragOff,
            @U8 int ttl,
            @U8 int protocol,
            @U16 int check,
            Inet4Address saddr,
            Inet4Address daddr) {}

    @BpfMap(maxEntries = 4, pin = "verdict")
    record Verdict(
            @Key @U32 long id,
            Ipv4 header,
            Action action,
            @U64 long hits) {}

    @InnerMap(maxEntries = 4)
    record Flow(
            @Key @U32 long id,
            Ipv4 header,
            Action action,
            @U64 long hits) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant", pinInners = false)
    record Tenant(@U32 long id) {}
}
