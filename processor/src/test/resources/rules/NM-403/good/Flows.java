@BpfObject
interface Flows {
    enum State {
        TIME_WAIT,
        WAITED
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int sourcePort, int destinationPort, State state) {}

    @Name("other_flow")
    @BpfMap(maxEntries = 16)
    record Other(@Key int id, int value) {}
}
