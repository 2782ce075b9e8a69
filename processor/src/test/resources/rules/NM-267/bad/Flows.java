@BpfObject
interface Flows {
    @SpinLock(before = "byte")
//                     ^ NM-267 lock ... Flow ... "byte"
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, long packets, long bytes) {}

    @SpinLock(before = "id")
//                     ^ NM-267 packets
    @BpfMap(maxEntries = 16)
    record Keyed(@Key int id, long packets) {}

    @SpinLock(before = "packets")
//                     ^ NM-267 remove before, which puts the field at the end
    @BpfMap(maxEntries = 16)
    record Bare(@Key int id) {}
}
