package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
// ^1 NM-405 Nestmap can't generate com.acme.FlowsBpf for com.acme.Flows: the source already declares that type
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
