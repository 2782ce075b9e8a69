@BpfMap(maxEntries = 16)
record Flow(@Key FlowKey key, State state) {
    record FlowKey(@U32 long id) {}

    protected enum State {
        NEW
    }
}
