@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 16, flags = MapFlag.INNER_MAP)
    record Total(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "gold", maxEntries = 1)
    @Slot(key = 1, name = "silver", maxEntries = 16)
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0, name = "silver")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @Slot(key = 0, name = "all", maxEntries = 8)
    @OuterMap(inner = Total.class, maxEntries = 8)
    record Summary(@U32 long id) {}
}
