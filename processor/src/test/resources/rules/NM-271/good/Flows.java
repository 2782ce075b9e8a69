@BpfObject
interface Flows {
    @SpinLock
    @BpfMap(maxEntries = 16, flags = MapFlag.NO_PREALLOC)
    record Flow(@Key int id, long packets) {}
}
