@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold")
    @Slot(key = 2, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0, name = "gold")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 8)
    record Customer(@U32 long id) {}
}
