/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.Be32;
import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.EnumValue;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.S16;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.S8;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;
import java.net.Inet4Address;

/** Every component type, in values and keys, in an order that leaves padding between them. */
@BpfObject("everything")
public interface Everything {
    enum Plain {
        FIRST,
        SECOND,
        THIRD
    }

    enum Extreme {
        @EnumValue(-2_147_483_648)
        LEAST,
        @EnumValue(-1)
        MINUS_ONE,
        @EnumValue(2_147_483_647)
        MOST
    }

    enum Small {
        @EnumValue(-128)
        LEAST,
        @EnumValue(7)
        SEVEN,
        @EnumValue(127)
        MOST
    }

    /** Integers whose Java type has the same width as the C type. */
    record Bits(
            byte own8,
            long own64,
            @U8 byte u8,
            short own16,
            @S8 byte s8,
            int own32,
            @U16 short u16,
            @Be32 int be32,
            @S16 short s16,
            @U64 long u64,
            @Be16 short be16,
            @U32 int u32,
            @S32 int s32,
            @S64 long s64,
            @Be64 long be64) {}

    /** Integers whose Java type is wider than the C type. */
    record Values(
            @U8 short u8,
            @S8 int s8,
            @U32 long u32,
            @U16 int u16,
            @Be32 long be32,
            @S16 long s16,
            @Be16 int be16,
            @S32 long s32) {}

    record Others(
            boolean flag,
            Plain plain,
            @U8 Plain narrow,
            Extreme extreme,
            @S8 Small small,
            @S64 Extreme wide,
            Inet4Address address,
            @U8 int last) {}

    /** All component types, as the key of a map and as part of a value. */
    record All(Bits bits, @U8 int between, Values values, Others others) {}

    /** An entry that Java writes. C writes {@code FromC}. */
    @BpfMap(maxEntries = 16)
    record FromJava(@Key @U32 long row, All all, @U8 int after) {}

    @BpfMap(maxEntries = 16)
    record FromC(@Key @U32 long row, All all, @U8 int after) {}

    /** A map whose key contains every component type. */
    @BpfMap(maxEntries = 16)
    record ByAll(@Key All all, @U32 long row) {}
}
