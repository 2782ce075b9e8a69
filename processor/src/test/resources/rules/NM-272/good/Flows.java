@BpfObject
interface Flows {
    @Packed
    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets) {}
}
