package com.acme;

import dev.nestmap.annotations.*;

@BpfObject("flows")
//         ^ NM-404 com.acme.Second and com.acme.First would both write the header flows.bpf.h
interface Second {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
