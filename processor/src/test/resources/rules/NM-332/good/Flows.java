@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant", pinInners = true)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pinInners = false)
    record Customer(@U32 long id) {}
}
