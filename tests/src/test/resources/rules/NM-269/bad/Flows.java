package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock
    @InnerMap(type = InnerType.LRU_HASH, maxEntries = 16)
//                            ^ NM-269 the values of map flow_map have a struct bpf_spin_lock: the kernel accepts such a field only in a map of type HASH or ARRAY
    record Flow(@Key int id, long packets) {}

    @Timer
    @InnerMap(type = InnerType.PERCPU_ARRAY, maxEntries = 16)
//                            ^ NM-269 struct bpf_timer: the kernel accepts such a field only in a map of type HASH or ARRAY or LRU_HASH (EOPNOTSUPP)
    record Slot(@Key int id, long packets) {}

    @Kptr(name = "task", target = "task_struct")
    @BpfMap(type = MapType.QUEUE, maxEntries = 16)
//                        ^ NM-269 struct task_struct __kptr *
    record Waiting(long since) {}
}
