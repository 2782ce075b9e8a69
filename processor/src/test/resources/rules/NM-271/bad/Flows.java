package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @SpinLock
    @BpfMap(maxEntries = 16, flags = MapFlag.RDONLY_PROG)
//                                          ^ NM-271 flow ... BPF_F_RDONLY_PROG ... struct bpf_spin_lock
    record Flow(@Key int id, long packets) {}
}
