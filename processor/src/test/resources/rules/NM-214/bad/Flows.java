    enum State {
        NEW,
        @EnumValue(unknown = true)
        OTHER,
        @EnumValue(unknown = true)
//      ^ NM-214 OTHER
        UNKNOWN
    }

    enum Level {
        @EnumValue(1)
        LOW,
        @EnumValue(value = 2, unknown = true)
//      ^ NM-214 OTHER ... it has a value
        OTHER
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, Level level) {}
