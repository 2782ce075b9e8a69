@BpfObject
interface Acme {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfObject
    interface Inner {
//  ^ NM-102 Inner
        @BpfMap(maxEntries = 16)
        record Drop(@Key @U32 long id, @U64 long packets) {}
    }
}
