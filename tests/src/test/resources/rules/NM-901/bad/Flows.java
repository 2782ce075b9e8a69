package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
// ^1 NM-901 Nestmap failed on Flows: this is a bug in Nestmap
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
