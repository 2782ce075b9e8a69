package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.ARENA, maxEntries = 16)
    record Heap(@U64 long size) {}
//                        ^ NM-319 Heap ... size
}
