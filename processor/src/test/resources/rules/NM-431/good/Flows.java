@BpfObject
interface Flows {
    @InnerMapsOnDemand(maxPending = 1)
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @InnerMapsOnDemand(maxPending = 1L << 27)
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Site(@U32 long id) {}
}
