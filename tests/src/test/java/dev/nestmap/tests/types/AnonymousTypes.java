/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;
import dev.nestmap.types.ByteString;
import dev.nestmap.types.Untagged;
import java.net.Inet4Address;

/** Keys as in load balancers: unions and structs without names, whose members are members of the enclosing struct in C. */
@BpfObject
interface AnonymousTypes {
    @Union
    sealed interface Source {
        @Name("src")
        record V4(Inet4Address address) implements Source {}

        @Name("srcv6")
        record V6(@Size(16) ByteString address) implements Source {}
    }

    @Union
    sealed interface Destination {
        @Name("dst")
        record V4(Inet4Address address) implements Destination {}

        @Name("dstv6")
        record V6(@Size(16) ByteString address) implements Destination {}
    }

    @Union
    sealed interface Ports {
        record Both(@Be32 long both) implements Ports {}

        @Anonymous
        record Each(
                @Be16 @Name("sport") int source,
                @Be16 @Name("dport") int destination) implements Ports {}
    }

    record FlowKey(
            @Anonymous Untagged<Source> source,
            @Anonymous Untagged<Destination> destination,
            @Anonymous Untagged<Ports> ports,
            @U8 int proto,
            boolean v6) {}

    record Counts(@U64 long packets, @U64 long bytes) {}

    record Timer(@U32 long since, @U16 int flags) {}

    /** The same struct with and without a name. */
    @InnerMap(maxEntries = 16)
    record Flow(
            @Key FlowKey key,
            @U8 int state,
            @Anonymous Timer timer,
            @Anonymous Counts counts,
            Counts total) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Server(@U32 long id) {}

    @Union
    sealed interface Message {
        @Anonymous
        record Tcp(@Be16 int from, @Be16 int to) implements Message {}

        @Anonymous
        record Icmp(@U8 int type, @Be16 int id) implements Message {}
    }

    record MessageKey(@U8 int kind, Untagged<Message> message) {}

    @BpfMap(maxEntries = 4)
    record Received(@Key MessageKey key, @U64 long packets) {}
}
