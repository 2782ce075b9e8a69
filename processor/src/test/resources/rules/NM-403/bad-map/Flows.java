package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}

    @BpfMap(maxEntries = 16, name = "flow")
//                                  ^ NM-403
    record Other(@Key int id, int value) {}
}
