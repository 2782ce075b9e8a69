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
        VALUE
    }

    enum Mixed {
        @EnumValue(-1)
        LOW,
        @EnumValue(0xffff_ffffL)
        HIGH
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U16 Port port, Level level, @S8 Level narrow, Port plain, Huge huge, Mixed mixed, @U64 Huge wide) {}
}
