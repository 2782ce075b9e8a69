@BpfObject(existing = true)
interface Flows {
    @InnerMap(maxEntries = 64, countsLostInserts = true)
//                                                 ^ NM-419 flow_map ... existing object
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}
}
