@BpfObject
interface Flows {
    @Name("flow key")
//        ^ NM-401 C ... "flow key"
    record FlowKey(@Name("a;b") int a) {}
//                       ^ NM-401 field ... "a;b"

    enum State {
        @Name("NEW */")
//            ^ NM-401 enumerator ... "NEW */"
        NEW
    }

    @Name("")
//        ^ NM-401 C ... ""
    @BpfMap(maxEntries = 16)
    record Flow(@Key FlowKey key, State state, @Name("int") int x) {}
//                                                   ^ NM-402 another name
}
