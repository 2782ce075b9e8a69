@BpfObject
interface Flows {
    @InnerMap(type = MapType.ARRAY, maxEntries = 16)
    record Total(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 16)
    record Local(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "all", maxEntries = 8)
//                        ^ NM-337 EINVAL ... MapFlag.INNER_MAP
    @OuterMap(inner = Total.class, maxEntries = 8)
    record Summary(@U32 long id) {}

    @Slot(key = 0, name = "each", maxEntries = 8)
//                        ^ NM-337 PERCPU_ARRAY ... EINVAL
    @OuterMap(inner = Local.class, maxEntries = 8)
    record Cpu(@U32 long id) {}
}
