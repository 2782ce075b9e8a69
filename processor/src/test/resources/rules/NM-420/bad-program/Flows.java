@BpfObject
interface Flows {
    @Slot(key = 4, name = "last")
//  ^ NM-420 stage ... slot 4 ... 3 ... E2BIG
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key @U32 long index) {}

    @Slot(key = 0, name = "not a name")
//                        ^ NM-401 program ... "not a name"
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Named(@Key @U32 long index) {}
}
