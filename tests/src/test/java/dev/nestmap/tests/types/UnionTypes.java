/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be16;
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
import java.net.Inet6Address;

/** Unions in keys, in arrays and in each other. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // arrays are the subject of the test
interface UnionTypes {
    @Union
    sealed interface Address {
        record V4(Inet4Address address) implements Address {}

        record V6(Inet6Address address) implements Address {}
    }

    record Pair(
            @U8 byte family,
            Untagged<Address> source,
            Untagged<Address> destination,
            @Be16 int port) {}

    enum Kind {
        OPEN,
        MOVED,
        TIMED_OUT
    }

    /** A union with a struct, an array and bytes as members. */
    @Union
    sealed interface Detail {
        record Open(@U64 long inode, @U16 int mode, Untagged<Word> word) implements Detail {}

        @Name("moved_to")
        record Moved(@Size(3) ByteString name) implements Detail {}

        record TimedOut(@Size(5) @Be16 int[] after) implements Detail {}
    }

    @Union
    sealed interface Word {
        record Whole(@U64 long whole) implements Word {}

        record Halves(@U32 long low, @U32 long high) implements Word {}

        record Octet(@U8 int octet) implements Word {}
    }

    @InnerMap(maxEntries = 16)
    record Event(
            @Key Pair pair,
            Untagged<Detail> detail,
            @U8 Kind kind,
            Untagged<Word> word,
            @Size(2) Untagged<Word>[] words) {
        /** The member that the program has written. */
        Detail selected() {
            return switch (kind) {
                case OPEN -> detail.as(Detail.Open.class);
                case MOVED -> detail.as(Detail.Moved.class);
                case TIMED_OUT -> detail.as(Detail.TimedOut.class);
            };
        }
    }

    @OuterMap(inner = Event.class, maxEntries = 4)
    record Group(@U32 long id) {}

    @BpfMap(maxEntries = 16)
    record ByWord(@Key Untagged<Word> word, @Size({2, 1}) Untagged<Payload>[][] shared) {}
}
