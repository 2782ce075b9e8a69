package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @Packed
    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, byte protocol) {}
//                                ^ NM-272 flow ... struct bpf_spin_lock ... 1
}
