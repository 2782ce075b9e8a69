/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.util.Set;

/** Enums of every width, and flags. */
@BpfObject("enum_types")
interface EnumTypes {
    enum State {
        NEW,
        @EnumValue(unknown = true)
        OTHER,
        OLD
    }

    enum Level {
        @EnumValue(-1)
        NONE,
        @EnumValue(100)
        HIGH
    }

    enum Wide {
        @EnumValue(1)
        ONE,
        @EnumValue(0x7fff_ffff_ffff_ffffL)
        MOST
    }

    enum Lowest {
        @EnumValue(0x8000_0000_0000_0000L)
        LEAST,
        @EnumValue(0xffff_ffffL)
        UNSIGNED
    }

    enum Flag {
        @EnumValue(0)
        FIN,
        @EnumValue(63)
        LAST
    }

    enum Option {
        A,
        B,
        @EnumValue(unknown = true)
        OTHER
    }

    @U8
    enum Tiny {
        LEFT,
        @EnumValue(unknown = true)
        OTHER,
        RIGHT
    }

    @S16
    enum Small {
        @EnumValue(-300)
        LOW,
        @EnumValue(300)
        HIGH
    }

    @U64
    enum Large {
        NONE,
        SOME
    }

    record Mode(State state, Set<Option> options) {}

    @BpfMap(maxEntries = 4)
    record Conn(
            @Key Mode mode,
            State state,
            @U8 State narrow,
            @S16 Level level,
            @U64 State wideState,
            @S64 Level wideLevel,
            @Be32 State network,
            Tiny tiny,
            Small small,
            Large large,
            Wide wide,
            Lowest lowest,
            @U8 Set<Option> options,
            Set<Option> plain,
            @U64 Set<Flag> all,
            boolean flag,

            @Size(2) @U8 @SuppressWarnings("ArrayRecordComponent")
            State[] states) {}
}
