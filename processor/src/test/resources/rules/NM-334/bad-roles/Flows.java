@BpfObject
interface Flows {
    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenant")
//                                ^ NM-334 tenant ... limit ... "acme/tenant"
    record Limit(@Key int id, @U64 long packets) {}
}
