@BpfObject
interface Flows {
    @InnerMap(maxEntries = 1)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 1)
    record Tenant(@U32 long id) {}
}
