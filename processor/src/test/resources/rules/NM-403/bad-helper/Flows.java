@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
//  ^ NM-403 helper flow_lookup ... map flow

    @BpfMap(maxEntries = 16)
    record FlowLookup(@Key int id, int value) {}
}
