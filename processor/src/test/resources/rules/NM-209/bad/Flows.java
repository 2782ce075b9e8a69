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
        @EnumValue(unknown = true)
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
//                            ^ NM-209 443 ... PORT_HTTPS ... __u8
//                                             ^ NM-209 -1 ... LEVEL_NONE ... __u32
            @U32 java.util.Set<Level> levels,
//                                    ^ NM-209 -1 ... LEVEL_NONE ... __u32 ... bit
            @U8 java.util.Set<Bit> bits, @U8 java.util.Set<Flag> flags) {}
//                                 ^ NM-209 8 ... BIT_NINTH ... __u8
