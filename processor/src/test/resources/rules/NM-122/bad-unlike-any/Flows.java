@BpfObject
@BpfProgram(value = "count", section = "from-container")
// ^40 NM-122 from-container ... write section = "xdp" or another section that libbpf knows
interface Flows {}
