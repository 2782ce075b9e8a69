@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold")
//  ^ NM-410 tenant ... __u64
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U64 long id) {}

    @Slot(key = 0, name = "silver")
//  ^ NM-410 port ... __be32
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Port(@Be32 int port) {}

    @Slot(key = {0, 1}, name = "bronze")
//  ^ NM-410 site ... struct site_key
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Site(@U16 int region, @U16 int number) {}
}
