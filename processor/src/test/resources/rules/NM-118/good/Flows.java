@BpfObject
interface Flows {
    @OuterMap.All(@OuterMap(inner = Flow.class, maxEntries = 4))
    record Customer(@U32 long id) {}

    @OuterMap.All({@OuterMap(name = "slow", inner = Flow.class, maxEntries = 4), @OuterMap(name = "fast", inner = Flow.class, maxEntries = 4)})
    record Tenant(@U32 long id) {}
}
