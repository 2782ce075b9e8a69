/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;

/** Addresses and prefixes. */
@BpfObject("network_types")
interface NetworkTypes {
    @BpfMap(maxEntries = 4)
    record Host(
            @Key MacAddress mac,
            Inet4Address ipv4,
            Inet6Address ipv6,

            @Size(2) @SuppressWarnings("ArrayRecordComponent")
            Inet6Address[] further) {}

    @BpfMap(maxEntries = 4)
    record Route4(@Key Ipv4Prefix destination, Inet4Address gateway) {}

    record Policy(Ipv6Prefix source, Ipv4Prefix mapped, @U16 int port) {}

    @BpfMap(maxEntries = 4)
    record Route6(@Key Policy policy, Inet6Address gateway) {}

    @InnerMap(maxEntries = 4)
    record Peer(@Key Inet6Address address, Ipv6Prefix prefix) {}

    @OuterMap(inner = Peer.class, maxEntries = 4)
    record Peers(@U32 long id) {}
}
