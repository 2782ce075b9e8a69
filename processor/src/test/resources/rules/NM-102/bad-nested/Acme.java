interface Acme {
    @BpfObject
    interface Flows {
//  ^ NM-102
        @BpfMap(maxEntries = 16)
        record Flow(@Key @U32 long id, @U64 long packets) {}
    }
}
