interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}
//  ^ NM-103 Flow ... Flows

    @BpfType
    enum State {
//  ^ NM-103 State ... Flows
        NEW
    }
}
