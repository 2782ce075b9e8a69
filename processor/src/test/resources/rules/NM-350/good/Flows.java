@BpfObject
interface Flows {
    @InnerMap(sizedAtLoad = true)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, sizedAtLoad = true)
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY, sizedAtLoad = true)
    record Counter(@Key @U32 int id, @U64 long packets) {}
}
