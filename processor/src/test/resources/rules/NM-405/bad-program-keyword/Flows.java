@BpfObject
@BpfProgram(value = "drop", method = "switch")
// ^1 NM-405 switch is a keyword
interface Flows {}
