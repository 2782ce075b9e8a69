@BpfObject
interface Flows {
    @SpinLock
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
//                          ^ NM-269 flow_map ... struct bpf_spin_lock ... HASH or ARRAY
    record Flow(@Key int id, long packets) {}

    @Timer
    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
//                          ^ NM-269 struct bpf_timer ... HASH or ARRAY or LRU_HASH
    record Slot(@Key @U32 int id, long packets) {}
}
