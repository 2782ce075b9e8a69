@BpfObject
interface Flows {
    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64, countsLostInserts = true)
//                                                                          ^ NM-419 recent_map ... LRU_HASH
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 64, countsLostInserts = true)
//                                                                       ^ NM-419 step_map ... ARRAY
    record Step(@Key @U32 long index, @U64 long packets) {}

    @OuterMap(inner = Recent.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @OuterMap(inner = Step.class, maxEntries = 8)
    record Tenant(@U32 long id) {}
}
