package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @SpinLock(before = "bytes")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, long packets, long bytes) {}
}
