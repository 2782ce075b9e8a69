    @OuterMap(type = MapType.LRU_HASH, inner = Flow.class, maxEntries = 64)
//                          ^ NM-125 Tenant ... LRU_HASH ... inner maps
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY_OF_MAPS, maxEntries = 64)
//                        ^ NM-125 Site ... ARRAY_OF_MAPS
    record Site(@Key @U32 long id) {}
