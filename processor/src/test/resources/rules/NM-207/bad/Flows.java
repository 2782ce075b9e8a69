@BpfObject
interface Flows {
    enum State {
        @EnumValue(1)
        NEW,
        OLD,
//      ^ NM-207 OLD ... State
        GONE
//      ^ NM-207 GONE ... State
    }

    enum Mode {
        @EnumValue
//      ^ NM-207 FAST ... Mode
        FAST
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, Mode mode) {}
}
