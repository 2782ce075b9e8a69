@BpfObject
interface Flows {
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key @U32 long index, @U32 long runs) {}
//                                               ^ NM-316 PROG_ARRAY
}
