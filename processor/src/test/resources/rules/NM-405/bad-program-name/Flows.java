@BpfObject
@BpfProgram(value = "drop", method = "drop all")
// ^1 NM-405 not a name in Java
interface Flows {}
