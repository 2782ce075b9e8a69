@BpfObject
interface Flows {
    enum State {
        NEW
    }

    @InnerMap(type = MapType.ARRAY, maxEntries = 16)
    record Flow(@Key @U32 int index, @U64 long packets) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 16)
    record Counter(@Key State state, @U64 long packets) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, maxEntries = 16, inner = Flow.class)
    record Tenant(@U32 long id) {}
}
