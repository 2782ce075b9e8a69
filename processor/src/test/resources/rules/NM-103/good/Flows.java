@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, State state) {}

    @BpfType
    enum State {
        NEW
    }
}
