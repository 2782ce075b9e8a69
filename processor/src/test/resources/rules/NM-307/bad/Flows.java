@BpfObject
interface Flows {
    @InnerMap(flags = MapFlag.MMAPABLE, maxEntries = 64)
//                           ^ NM-307 flow_map ... BPF_F_MMAPABLE
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, type = MapType.ARRAY_OF_MAPS, flags = {MapFlag.NO_PREALLOC, MapFlag.RDONLY}, maxEntries = 8)
//                                                                      ^ NM-307 BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY
    record Slot(@U32 int index) {}
}
