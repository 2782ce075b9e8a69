@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @Slot(key = 0, name = "gold")
    @OuterMap.All(@OuterMap(inner = Flow.class, maxEntries = 8))
    record Tenant(@U32 long id) {}
}
