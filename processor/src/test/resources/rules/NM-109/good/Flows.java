@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Flow.class)
    record Tenant(@U32 long id, int level) {}

    @OuterMap(maxEntries = 16, inner = Flow.class)
    record Other(@Key @U32 long id) {}
}
