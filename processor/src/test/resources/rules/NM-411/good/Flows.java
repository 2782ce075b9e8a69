@BpfObject
interface Flows {
    @Slot(key = 3, name = "gold")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 4)
    record Rank(@U32 long rank) {}

    @Slot(key = -1, name = "silver")
    @Slot(key = 65536, name = "bronze")
    @OuterMap(inner = Flow.class, maxEntries = 4, fillAtLoad = true)
    record Customer(int id) {}

    @Slot(key = 65535, name = "iron")
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Site(@U32 long id) {}
}
