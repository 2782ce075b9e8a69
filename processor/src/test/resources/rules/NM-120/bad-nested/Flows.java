@BpfObject
interface Flows {
    @BpfProgram("count")
// ^5 NM-120 Flow
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
