@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap.All({})
//  ^ NM-118 Customer
    record Customer(@U32 long id) {}
}
