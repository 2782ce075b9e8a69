@BpfObject
interface Flows {
    record Pair<T>(T first, T second) {}
//  ^ NM-112 Pair

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Pair<Long> value) {}
}
