@BpfObject
interface Flows {
    @InnerMap(mapExtra = 0, maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}
}
