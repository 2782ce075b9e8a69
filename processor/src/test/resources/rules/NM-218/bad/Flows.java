@BpfObject
interface Flows {
    @External(header = "vmlinux.h")
//                     ^ NM-218 Bucket ... vmlinux.h
    record Bucket(@U64 long head, @U32 long lock) {}

    @External(header = "x86/vmlinux_618.h")
//                     ^ NM-218 preserve_access_index
    record List(@U64 long next, @U64 long prev) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Bucket bucket, List list) {}
}
