    @BpfMap(maxEntries = 16, valueSize = 4)
//                                       ^ NM-325 flow is 4 ... HASH
    record Flow(@Key @U32 long id, @U32 long packets) {}

    @InnerMap(type = MapType.SOCKMAP, maxEntries = 16, valueSize = 2)
//                                                                 ^ NM-325 peer is 2 ... SOCKMAP
    record Peer(@Key @U32 long index) {}
