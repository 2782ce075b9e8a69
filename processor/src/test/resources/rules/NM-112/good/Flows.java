package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Pair(long first, long second) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Pair value) {}
}
