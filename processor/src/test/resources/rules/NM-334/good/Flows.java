@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "tenant")
    record Customer(@U32 long id) {}
}
