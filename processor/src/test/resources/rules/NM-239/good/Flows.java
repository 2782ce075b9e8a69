package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16, struct = "counts")
    record Sum(@Key @U32 long id, @U64 long packets, @U64 long bytes) {}
}
