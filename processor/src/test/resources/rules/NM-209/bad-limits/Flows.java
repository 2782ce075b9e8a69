@BpfObject
interface Flows {
    enum Above {
        @EnumValue(256)
        VALUE
    }

    enum Below {
        @EnumValue(-1)
        VALUE
    }

    enum AboveSigned {
        @EnumValue(128)
        VALUE
    }

    enum BelowSigned {
        @EnumValue(-129)
        VALUE
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @U8 Above above,
//                    ^ NM-209 256 ... __u8
            @U8 Below below,
//                    ^ NM-209 -1 ... __u8
            @S8 AboveSigned aboveSigned,
//                          ^ NM-209 128 ... __s8
            @S8 BelowSigned belowSigned,
//                          ^ NM-209 -129 ... __s8
            @U64 Below wide) {}
//                     ^ NM-209 -1 ... __u64
}
