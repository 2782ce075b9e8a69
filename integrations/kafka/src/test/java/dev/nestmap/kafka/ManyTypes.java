/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Pointer;
import dev.nestmap.annotations.S128;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.S8;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U128;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.annotations.Unit;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.Ipv6Prefix;
import dev.nestmap.types.LongList;
import dev.nestmap.types.MacAddress;
import dev.nestmap.types.Untagged;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Entries with values of each kind. */
@SuppressWarnings("ArrayRecordComponent") // one of the kinds
@BpfObject("many_types")
interface ManyTypes {
    enum Color {
        RED,
        GREEN
    }

    record SampleKey(Inet4Address source, @Be16 int port) {}

    @InnerMap(maxEntries = 16)
    record Sample(
            @Key SampleKey key,
            Color color,
            @Size(8) String name,
            @Size(2) ByteString mark,
            @U64 long bytes,
            int drift,
            boolean seen,
            @Size(2) @U64 LongList slots) {}

    @OuterMap(inner = Sample.class, maxEntries = 4)
    record Group(@U32 long region, @U32 long id) {}

    @Union(discriminator = "family")
    sealed interface Address {
        @Union.Case(2)
        record V4(Inet4Address address) implements Address {}

        @Union.Case(10)
        record V6(Inet6Address address) implements Address {}
    }

    /** As in C, its members are those of the enclosing struct. */
    @Union
    sealed interface Ports {
        record Both(@Be32 long both) implements Ports {}

        @Anonymous
        record Each(
                @Be16 @Name("sport") int source,
                @Be16 @Name("dport") int destination) implements Ports {}
    }

    record Peer(@U8 byte family, Address address, @Anonymous Untagged<Ports> ports, MacAddress mac) {}

    enum Narrow {
        @EnumValue(-1)
        UNKNOWN,
        @EnumValue(7)
        LAST
    }

    record Numbers(
            @U8 int u8,
            @U16 int u16,
            @U64 BigInteger u64,
            byte s8,
            short s16,
            int s32,
            long s64,
            @Be16 int be16,
            @Be32 long be32,
            @Be64 long be64,
            @S128 BigInteger s128,
            @U128 BigInteger u128) {}

    record Widths(
            @U64 @Bits(40) long wide,
            @U64 @Bits(24) long rest,
            @S32 @Bits(5) int delta,
            @Bits(1) boolean seen) {}

    /** Components of the other types. */
    @InnerMap(maxEntries = 16)
    record Other(
            @Key Peer peer,
            Numbers numbers,
            Widths bits,
            Ipv4Prefix prefix,
            Ipv6Prefix longer,
            @S8 Narrow narrow,
            @U32 Set<Color> flags,
            @Pointer("struct sock") long sock,
            @Unit(CTimeUnit.NANOS) Duration length,
            @Unit(CTimeUnit.SECONDS) @S32 Instant time,
            @Size({2, 3}) Color[][] grid,
            @Size(2) Peer[] peers,
            @Size(3) boolean[] seen,
            @Size({2, 8}) String[] names,
            @Size(5) @U8 byte[] raw) {}

    @OuterMap(inner = Other.class, maxEntries = 4)
    record ByAddress(Inet4Address address) {}
}
