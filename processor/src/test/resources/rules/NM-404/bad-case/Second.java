@BpfObject("Flows")
//         ^ NM-404
interface Second {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
