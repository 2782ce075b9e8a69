package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Packed
    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, byte protocol) {}
//                                ^ NM-272 the values of map flow have a struct bpf_spin_lock at offset 1
}
