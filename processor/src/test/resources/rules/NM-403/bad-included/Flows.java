@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Hits.class)
    record Tenant(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Misses.class)
//                                           ^ NM-403 com.acme.Misses ... count_map ... com.acme.Hits
    record Host(@U32 long id) {}
}
