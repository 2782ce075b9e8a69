    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    interface Deeper {
        @BpfMap(maxEntries = 16)
        record Further(@Key @U32 long id, @U64 long packets) {}
//      ^ NM-103 Further ... Deeper ... @BpfObject Flows
    }
