@BpfObject
interface Flows {
    @InnerMap(flags = MapFlag.RDONLY, maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 1, name = "gold")
    @OuterMap(inner = Flow.class, flags = MapFlag.WRONLY, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, flags = MapFlag.RDONLY, maxEntries = 4)
    record Customer(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY, flags = MapFlag.RDONLY, maxEntries = 4)
    record Total(@Key @U32 long number, @U64 long count) {}
}
