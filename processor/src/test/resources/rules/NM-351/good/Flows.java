@BpfObject
interface Flows {
    @InnerMap(sizedAtLoad = true)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, innerMaxEntries = 1)
    record Customer(@U32 long id) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long left) {}

    @OuterMap(inner = Budget.class, maxEntries = 4, innerMaxEntries = 0)
    record Budgets(@U32 long id) {}
}
