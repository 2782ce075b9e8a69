/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.shapes;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Cilium: connections per cluster, with packed keys of 14 and 38 bytes, bit-fields, and unions with and without names. */
@BpfObject
interface TrackedConnections {
    @Union
    sealed interface V6addr {
        @Anonymous
        record Words(
                @U32 long p1,
                @U32 long p2,
                @U32 long p3,
                @U32 long p4) implements V6addr {}

        @Anonymous
        record Halves(@U64 long d1, @U64 long d2) implements V6addr {}

        @Name("addr")
        record Bytes(@Size(16) ByteString bytes) implements V6addr {}
    }

    @Packed
    record Tuple4(
            Inet4Address daddr,
            Inet4Address saddr,
            @Be16 int dport,
            @Be16 int sport,
            @U8 int nexthdr,
            @U8 int flags) {}

    @Packed
    record Tuple6(
            Untagged<V6addr> daddr,
            Untagged<V6addr> saddr,
            @Be16 int dport,
            @Be16 int sport,
            @U8 int nexthdr,
            @U8 int flags) {}

    @Union
    sealed interface Nat {
        @Name("nat_addr")
        record Address(Untagged<V6addr> address) implements Nat {}

        @Anonymous
        record Backend(@U64 long reserved, @U64 long backendId) implements Nat {}
    }

    record Connection(
            @Anonymous Untagged<Nat> nat,
            @U64 long packets,
            @U64 long bytes,
            @U32 long lifetime,
            @U16 @Bits(1) int rxClosing,
            @U16 @Bits(1) int txClosing,
            @U16 @Bits(1) int nat46,
            @U16 @Bits(1) int lbLoopback,
            @U16 @Bits(1) int seenNonSyn,
            @U16 @Bits(1) int nodePort,
            @U16 @Bits(1) int proxyRedirect,
            @U16 @Bits(1) int dsr,
            @U16 @Bits(1) int fromL7lb,
            @U16 @Bits(1) int fromTunnel,
            @U16 @Bits(1) int auth,
            @U16 @Bits(5) int spare,
            @U16 int revNatIndex,
            @Be16 int natPort,
            @U8 int txFlagsSeen,
            @U8 int rxFlagsSeen,
            @U32 long srcSecId,
            @U32 long lastTxReport,
            @U32 long lastRxReport) {}

    @InnerMap(
            type = MapType.LRU_HASH,
            maxEntries = 512,
            instances = {"tcp4_1", "tcp4_2"})
    record Tcp4(@Key Tuple4 tuple, Connection connection) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 512)
    record Tcp6(@Key Tuple6 tuple, Connection connection) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Tcp4.class, maxEntries = 256)
    record PerClusterTcp4(@U32 long cluster) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Tcp6.class, maxEntries = 256, pin = "clusters/tcp6")
    record PerClusterTcp6(@U32 long cluster) {}
}
