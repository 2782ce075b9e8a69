@BpfObject
interface Flows {
    @Packed
    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, byte protocol) {}
//                                ^ NM-272 flow ... struct bpf_spin_lock ... 1
}
