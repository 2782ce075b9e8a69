@BpfObject
interface Flows {
// ^1 NM-901 Flows ... java.lang.IllegalStateException
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
