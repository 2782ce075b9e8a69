@BpfObject(value = "flows", prefix = "tf_")
interface Flows {
    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64, countsLostInserts = true)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, innerMaxEntries = 128, maxEntries = 8)
    record Site(@U32 long id) {}
}
