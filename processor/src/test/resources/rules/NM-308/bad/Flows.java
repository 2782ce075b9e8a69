@BpfObject
interface Flows {
    @InnerMap(flags = {MapFlag.RDONLY, MapFlag.WRONLY}, maxEntries = 64)
//                    ^ NM-308 flow_map ... BPF_F_RDONLY | BPF_F_WRONLY
    record Flow(@Key int id, @U64 long packets) {}

    @BpfMap(flags = {MapFlag.WRONLY_PROG, MapFlag.RDONLY_PROG}, maxEntries = 64)
//                  ^ NM-308 setting ... BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG
    record Setting(@Key int id, @U64 long packets) {}

    @BpfMap(type = MapType.LRU_HASH, flags = MapFlag.NO_COMMON_LRU, numaNode = 0, maxEntries = 64)
//                                                  ^ NM-308 recent ... BPF_F_NO_COMMON_LRU | BPF_F_NUMA_NODE
    record Recent(@Key int id, @U64 long packets) {}
}
