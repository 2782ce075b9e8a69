@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
