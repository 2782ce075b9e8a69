package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @U64(pointerTo = "char") long path,
            @U64(pointerTo = "struct sock") long socket) {}
}
