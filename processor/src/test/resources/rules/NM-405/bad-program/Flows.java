@BpfObject
@BpfProgram("close")
// ^1 NM-405 program close ... method close() ... in method
interface Flows {}
