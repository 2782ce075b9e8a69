package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock(before = "bytes")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, long packets, long bytes) {}
}
