@BpfObject
interface Flows {
// ^1 NM-903 com.acme.Flows ... java.io.IOException: No space left
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
