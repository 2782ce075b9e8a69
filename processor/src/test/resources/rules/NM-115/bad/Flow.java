@BpfMap(maxEntries = 16)
record Flow(@Key FlowKey key, State state) {
    private record FlowKey(@U32 long id) {}
//          ^ NM-115 FlowKey ... FlowKeyCodec

    private enum State {
//          ^ NM-115 State ... StateCodec
        NEW
    }
}
