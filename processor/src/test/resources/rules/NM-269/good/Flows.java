@BpfObject
interface Flows {
    @Timer
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Flow(@Key int id, long packets) {}

    @Kptr(name = "task", target = "task_struct")
    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
    record Slot(@Key @U32 int id, long packets) {}
}
