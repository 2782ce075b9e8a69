@BpfObject
interface Flows {
    @BpfMap(maxEntries = 1024, numaNode = 1023)
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
