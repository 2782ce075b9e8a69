@BpfObject
interface Flows {
// ^1 NM-902 com.acme.Flows
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
