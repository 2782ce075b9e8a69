@BpfObject
interface Flows {
    enum Tier {
        GOLD,
        SILVER
    }

    @Slot(name = "*")
//  ^ NM-416 Tenant
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(name = "*")
//  ^ NM-416 Site
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Site(Tier tier, @U32 long id) {}
}
