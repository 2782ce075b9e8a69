@BpfObject
interface Flows {
    @InnerMap(maxEntries = 0)
//                         ^ NM-302 flow ... 0
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = -1)
//                                             ^ NM-302 tenant ... -1
    record Tenant(@U32 long id) {}
}
