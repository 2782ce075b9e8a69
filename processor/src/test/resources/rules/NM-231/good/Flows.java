@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    @Align(64)
    record Flow(@Key int id, @Align(16) int even, @Align(4096) int large) {}
}
