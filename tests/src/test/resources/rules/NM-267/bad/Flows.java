package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock(before = "byte")
//                     ^ NM-267 field lock of record Flow would stand before "byte": there is no such component
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, long packets, long bytes) {}

    @SpinLock(before = "id")
//                     ^ NM-267 name one of packets
    @BpfMap(maxEntries = 16)
    record Keyed(@Key int id, long packets) {}
}
