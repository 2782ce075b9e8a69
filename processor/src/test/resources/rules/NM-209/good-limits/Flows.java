@BpfObject
interface Flows {
    enum Count {
        @EnumValue(0)
        LEAST,
        @EnumValue(255)
        MOST
    }

    enum Balance {
        @EnumValue(-128)
        LEAST,
        @EnumValue(127)
        MOST
    }

    enum Total {
        @EnumValue(0x8000_0000_0000_0000L)
        LEAST,
        @EnumValue(0x7fff_ffff_ffff_ffffL)
        MOST
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U8 Count narrow, @S8 Balance balance, @S64 Total wide) {}
}
