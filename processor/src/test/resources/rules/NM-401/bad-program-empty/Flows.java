@BpfObject
@BpfProgram("")
// ^13 NM-401 program
interface Flows {}
