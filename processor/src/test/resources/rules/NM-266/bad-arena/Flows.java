@BpfObject
interface Flows {
    @SpinLock
//  ^ NM-266 @SpinLock ... Heap ... arena
    @BpfMap(type = MapType.ARENA, maxEntries = 16)
    record Heap() {}
}
