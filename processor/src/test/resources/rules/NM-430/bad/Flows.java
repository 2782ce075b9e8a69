@BpfObject
interface Flows {
    @InnerMapsOnDemand
//  ^ NM-430 Flow
    @InnerMap(maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @InnerMapsOnDemand(maxPending = 16)
//  ^ NM-430 Port
    record Port(@U16 int number) {}
}
