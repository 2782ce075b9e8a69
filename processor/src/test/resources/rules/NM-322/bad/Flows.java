@BpfObject
interface Flows {
    enum Verdict {
        PASS,
        DROP,
        REDIRECT
    }

    enum Level {
        @EnumValue(-1)
        NONE,
        @EnumValue(0)
        LOW
    }

    @InnerMap(type = MapType.ARRAY, maxEntries = 2)
    record Count(@Key Verdict verdict, @U64 long packets) {}
//                            ^ NM-322 array count_map can be VERDICT_REDIRECT, which is 2 ... last index of this array is 1

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Count.class, maxEntries = 8)
    record Port(Level level) {}
//                    ^ NM-322 array port can be LEVEL_NONE, which is -1
}
