@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Flow.class)
    record Tenant(@Key @U32 long id, @U64 long packets, int level) {}
//                                             ^ NM-109 Tenant.packets
//                                                          ^ NM-109 Tenant.level
}
