@BpfObject
interface Flows {
    enum State {
        NEW,
        @EnumValue(unknown = true)
        OTHER,
        OLD
    }

    enum Level {
        @EnumValue(1)
        LOW,
        @EnumValue(unknown = true)
        OTHER
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, @U8 Level level) {}
}
