@BpfObject
interface Flows {
    @SpinLock
//  ^ NM-266 @SpinLock ... Part ... nested structs
    record Part(int one, int two) {}

    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, Part part) {}

    @Timer
//  ^ NM-266 @Timer ... Tenant ... outer map
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(int id) {}
}
