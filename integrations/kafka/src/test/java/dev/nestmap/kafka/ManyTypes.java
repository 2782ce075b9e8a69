/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.LongList;
import dev.nestmap.types.MacAddress;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;
import java.net.Inet6Address;
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

    @Union
    sealed interface Address {
        record V4(Inet4Address address) implements Address {}

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

    record Peer(
            @U8 byte family,
            Untagged<Address> address,
            @Anonymous Untagged<Ports> ports,
            MacAddress mac) {}

    /** Unions whose members have fields of the same names. */
    @InnerMap(maxEntries = 16)
    record Other(
            @Key Peer peer,
            @U32 Set<Color> flags,
            @Size({2, 3}) Color[][] grid,
            @Size(2) Peer[] peers,
            @Size({2, 8}) String[] names) {}

    @OuterMap(inner = Other.class, maxEntries = 4)
    record ByAddress(Inet4Address address) {}
}
