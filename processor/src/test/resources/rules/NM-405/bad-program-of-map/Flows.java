@BpfObject
@BpfProgram("flow")
// ^1 NM-405 it already generates one for Flow
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
