@BpfObject
@BpfProgram(value = "count", section = "xpd")
// ^40 NM-122 section ... count ... write section = "xdp" ... loadAs
interface Flows {}
