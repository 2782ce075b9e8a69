    @U8
    enum Kind {
//  ^ NM-209 value 256 ... KIND_OLD ... __u8
        @EnumValue(1)
        NEW,
        @EnumValue(256)
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Kind kind) {}
