package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record FlowKey(@U32 long source, @U32 long destination, int port) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key FlowKey key, @U64 long packets) {}
}
