@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    @Name("stats")
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Variables
    record Stats(@U64 long packets, @U64 long bytes) {}
//  ^ NM-403 variable stats ... map stats

    @BpfMap(maxEntries = 16)
    record Port(@Key @U32 long id, @U64 long packets) {}
//  ^ NM-403 port_lookup ... variable port_lookup

    @Variables
    record PortLookup(@U64 long misses) {}
}
