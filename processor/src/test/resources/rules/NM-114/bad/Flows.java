@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key OtherKey key, State state) {}
//                            ^ NM-114 OtherKey
//                                       ^ NM-114 State
}
