package com.acme;

import dev.nestmap.annotations.*;

@BpfObject("other_flows")
interface Second {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
