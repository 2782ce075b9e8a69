@BpfObject
interface Flows {
    enum Tier {
        GOLD,
        PAID_MONTHLY
    }

    @Slot(name = "*")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(Tier tier) {}

    @Slot(name = "rank_*")
    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Flow.class, maxEntries = 2)
    record Rank(Tier tier) {}
}
