@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold")
    @OuterMap.All(@OuterMap(inner = Flow.class, maxEntries = 8))
    record Tenant(@U32 long id) {}
}
