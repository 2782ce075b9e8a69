package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Pointer("char") long path,
            @Pointer("struct sock") long socket) {}
}
