package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Name("acme_flow")
    @BpfMap(name = "flows", maxEntries = 16)
//                 ^ NM-406 Flow ... flows ... acme_flow
    record Flow(@Key int id, int count) {}
}
