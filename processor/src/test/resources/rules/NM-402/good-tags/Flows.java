@BpfObject
interface Flows {
    @External(header = "linux/bpf.h")
    record BpfPidnsInfo(@U32 long pid, @U32 long tgid) {}

    @BpfMap(maxEntries = 16)
    record XdpMd(@Key int id, BpfPidnsInfo info) {}

    @BpfMap(maxEntries = 16)
    record BpfState(@Key int id, int first, int second) {}
}
