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

    enum Flag {
        LOW,
        @UnknownValue
        OTHER,
        TWO,
        THREE
    }

    enum Bit {
        @EnumValue(8)
        NINTH
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U8 Port port, @U32 Level level,
//                            ^ NM-209 value 443 of constant PORT_HTTPS does not fit __u8
//                                             ^ NM-209 value -1 of constant LEVEL_NONE does not fit __u32
            @U32 java.util.Set<Level> levels,
//                                    ^ NM-209 value -1 of constant LEVEL_NONE does not fit __u32 as a bit number
            @U8 java.util.Set<Bit> bits, @U8 java.util.Set<Flag> flags) {}
//                                 ^ NM-209 value 8 of constant BIT_NINTH does not fit __u8
}
