@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key OtherKey key, State state) {}

    @OuterMap(maxEntries = 16, inner = Counter.class)
    record Tenant(@U32 long id) {}
}
