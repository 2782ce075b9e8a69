@BpfObject
interface Flows {
    @BpfMap(maxEntries = 1024, numaNode = {0, 1})
//                                        ^ NM-324 flow ... [0, 1] ... one node
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
