@BpfObject
interface Flows {
    @InnerMapsOnDemand(maxPending = 0)
//                                  ^ NM-431 tenant ... 0
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @InnerMapsOnDemand(maxPending = (1L << 27) + 1)
//                                             ^ NM-431 site ... 134217729
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Site(@U32 long id) {}
}
