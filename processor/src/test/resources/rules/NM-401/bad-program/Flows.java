@BpfObject
@BpfProgram("count packets")
// ^13 NM-401 count packets
interface Flows {}
