@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenants")
    record Total(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "tenant-total")
    record Limit(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/limits")
    record Limits(@Key int id, @U64 long packets) {}
}
