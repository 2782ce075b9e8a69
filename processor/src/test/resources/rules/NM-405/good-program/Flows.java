@BpfObject
@BpfProgram(value = "close", method = "closeProgram")
@BpfProgram("count_packets")
interface Flows {}
