@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 1)
    record Tenant(@U32 long id) {}
}
