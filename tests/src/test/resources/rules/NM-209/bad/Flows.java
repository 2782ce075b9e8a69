package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum Port {
        @EnumValue(443)
        HTTPS,
    }

    enum Level {
        @EnumValue(-1)
        NONE
    }

    enum Huge {
        @EnumValue(0x1_0000_0000L)
//                 ^ NM-209 value 4294967296 of constant HUGE_VALUE does not fit enum huge
        VALUE
    }

    enum Mixed {
        @EnumValue(-1)
        LOW,
        @EnumValue(0xffff_ffffL)
//                 ^ NM-209 value 4294967295 of constant MIXED_HIGH does not fit enum mixed
        HIGH
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U8 Port port, @U32 Level level, Huge huge, Mixed mixed) {}
//                            ^ NM-209 value 443 of constant PORT_HTTPS does not fit __u8
//                                             ^ NM-209 value -1 of constant LEVEL_NONE does not fit __u32
}
