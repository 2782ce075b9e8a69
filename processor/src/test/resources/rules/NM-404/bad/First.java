@BpfObject("flows")
interface First {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
