@BpfObject
interface Flows {
    @BpfMap(type = MapType.SOCKMAP, maxEntries = 64)
    record Peer(@Key @U32 int index, @U32 long socket) {}
//                                             ^ NM-316 SOCKMAP

    @InnerMap(type = MapType.CGROUP_ARRAY, maxEntries = 64)
    record Group(@Key @U32 int index, @U32 long id) {}
//                                              ^ NM-316 Group
}
