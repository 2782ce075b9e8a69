@BpfObject
interface Flows {
    record Place(@U16 int region, @U16 int number) {}

    @Slot(key = 7, name = "gold")
//  ^ NM-415 3 parts
    @OuterMap(inner = Flow.class, maxEntries = 8, fillAtLoad = true)
    record Site(Place place, boolean indoors) {}

    @Slot(key = {}, name = "silver")
//  ^ NM-415 slot  ... tenant
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}
}
