@BpfObject
interface Flows {
    enum Tier {
        GOLD,
        SILVER
    }

    @Slot(key = 0, name = "gold")
    @Slot(key = 0, name = "silver")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}
//  ^ NM-412 slot 0 ... tenant ... gold ... silver

    @Slot(name = "*")
    @Slot(key = 1, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Customer(Tier tier) {}
//  ^ NM-412 slot 1 ... customer ... gold ... silver
}
