@BpfObject
interface Flows {
// ^1 NM-405 com.acme.Flows ... com.acme.FlowsBpf ... source
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
