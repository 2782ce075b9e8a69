@BpfObject
interface Flows {
    enum State {}
//  ^ NM-206 State

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state) {}

    enum Mode {
//  ^ NM-206 enum Mode has no constants other than @EnumValue(unknown = true)
        @EnumValue(unknown = true) OTHER
    }

    @BpfMap(maxEntries = 16)
    record Other(@Key int id, Mode mode) {}
}
