package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
// ^1 NM-405 com.acme.Flows would be generated as com.acme.FlowsBpf, as would a type in the source
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
