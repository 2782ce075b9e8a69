    @BpfMap(maxEntries = 16, sizedAtLoad = true)
//                                         ^ NM-350 flow ... maxEntries
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(type = MapType.SK_STORAGE, sizedAtLoad = true)
//                                                   ^ NM-350 peer ... SK_STORAGE has no size
    record Peer(@U64 long packets) {}
