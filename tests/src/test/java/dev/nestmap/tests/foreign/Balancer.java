/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;
import java.net.Inet6Address;

/** The maps of a balancer in the shape of well-known ones, which foreign_balancer.bpf.c defines in its own way. */
@BpfObject(value = "foreign_balancer", existing = true)
interface Balancer {
    record FlowKey(
            Inet4Address source,
            Inet4Address destination,
            @Be16 int sourcePort,
            @Be16 int destinationPort) {}

    @U8
    enum Kind {
        NONE,
        TCP,
        UDP
    }

    @InnerMap(type = MapType.LRU_HASH)
    record Flow(@Key FlowKey key, @U32 long backend, @U64 long lastSeen) {}

    @Name("lru_mapping")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class)
    record Lru(@U32 long cpu) {}

    @Name("reals")
    @BpfMap(type = MapType.ARRAY)
    record Backend(
            @Key @U32 int index,
            Inet6Address address,
            @Size(8) String name,
            boolean up,
            Kind kind,
            @U64 long next) {}

    /** In C, key and value are structs with one field. */
    @Name("totals")
    @BpfMap
    record Total(@Key Inet4Address address, @U64 long packets) {}

    /** Signed and unsigned the other way round than in C. */
    @Name("drifts")
    @BpfMap
    record Drift(
            @Key @U32 long id,
            @U32 long seconds,
            Inet4Address peer,
            @S64 @Size(2) LongList limits) {}

    /** In C, address is the shorter member of an unnamed union, and control is a union. */
    @Name("endpoints")
    @BpfMap
    record Endpoint(
            @Key @U32 long id,
            Inet6Address address,
            @U64 long control,
            @U16 int port) {}

    @Name("lpm_src")
    @BpfMap(type = MapType.LPM_TRIE)
    record Source(@Key Ipv4Prefix prefix, @U32 long backend) {}
}
