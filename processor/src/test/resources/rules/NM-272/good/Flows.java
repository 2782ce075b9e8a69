package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @Packed
    @SpinLock
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets) {}
}
