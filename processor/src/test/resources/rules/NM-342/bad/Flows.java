@BpfObject
interface Flows {
    @Slot(key = 0, name = "gold", maxEntries = 0)
//                        ^ NM-342 gold ... max_entries 0 ... at least 1
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(key = 0, name = "bronze", maxEntries = -1)
//                        ^ NM-342 bronze ... max_entries -1 ... at least 1
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Customer(@U32 long id) {}
}
