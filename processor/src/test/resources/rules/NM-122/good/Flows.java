@BpfObject
@BpfProgram(value = "count", section = "?xdp")
@BpfProgram(value = "account", section = "from-container", loadAs = "tc")
@BpfProgram(value = "opened", section = "on-open", loadAs = "fentry/security_file_open")
@BpfProgram(value = "unlinked", section = "fentry")
interface Flows {}
