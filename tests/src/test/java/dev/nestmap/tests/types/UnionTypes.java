/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
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

/** Unions with a discriminator before or after them, and unions without one, in keys, in arrays and in each other. */
@BpfObject
@SuppressWarnings("ArrayRecordComponent") // arrays are the subject of the test
interface UnionTypes {
    /** A union selected by a number, next to two components: the most common shape. */
    @Union(discriminator = "family")
    sealed interface Address {
        @Union.Case(2)
        record V4(Inet4Address address) implements Address {}

        @Union.Case(10)
        record V6(Inet6Address address) implements Address {}
    }

    record Pair(
            @U8 byte family,
            Address source,
            Address destination,
            @Be16 int port) {}

    enum Kind {
        @EnumValue(0)
        NONE,
        @EnumValue(1)
        OPEN,
        @EnumValue(2)
        RENAME,
        @EnumValue(3)
        LINK,
        @EnumValue(7)
        TIMED_OUT,
        @EnumValue(9)
        OTHER
    }

    /** A union selected by one or two constants, with a struct, an array, a union and nothing as members. */
    @Union(discriminator = "kind")
    sealed interface Detail {
        record None() implements Detail {}

        record Open(@U64 long inode, @U16 int mode, Untagged<Word> word) implements Detail {}

        @Union.Case(constants = {"RENAME", "LINK"})
        @Name("moved_to")
        record Moved(@Size(3) ByteString name) implements Detail {}

        @Union.Case(7)
        record TimedOut(@Size(5) @Be16 int[] after) implements Detail {}
    }

    /** A union without a discriminator. */
    @Union
    sealed interface Word {
        record Whole(@U64 long whole) implements Word {}

        record Halves(@U32 long low, @U32 long high) implements Word {}

        record Octet(@U8 int octet) implements Word {}
    }

    @Union(discriminator = "wide")
    sealed interface CountText {
        @Union.Case(0)
        record Narrow(@U8 int amount) implements CountText {}

        @Union.Case(1)
        record Wide(@U64 long amount) implements CountText {}
    }

    /** The discriminator is a single bit after the union. */
    record Step(
            CountText amount,
            @Bits(1) boolean wide,
            @U8 @Bits(7) int rest) {}

    @InnerMap(maxEntries = 16)
    record Event(
            @Key Pair pair,
            Detail detail,
            @U8 Kind kind,
            Untagged<Word> word,
            @Size(2) Untagged<Word>[] words,
            @Size(2) Step[] steps) {}

    @OuterMap(inner = Event.class, maxEntries = 4)
    record Group(@U32 long id) {}

    @BpfMap(maxEntries = 16)
    record ByWord(@Key Untagged<Word> word, @Size({2, 1}) Untagged<Payload>[][] shared) {}

    /** An array, whose new entries are zeros. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 3)
    record Latest(@Key @U32 int cpu, @U8 Kind kind, Detail detail) {}

    /** The same union with another discriminator. */
    @BpfMap(maxEntries = 16)
    record Shared(@Key int id, @U16 int tag, Payload shared) {}
}
