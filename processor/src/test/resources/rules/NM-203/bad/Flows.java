package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Nothing() {}
//  ^ NM-203 Nothing

    @BpfMap(maxEntries = 16)
    record Flow(@Key Nothing key, @U64 long packets) {}
}
