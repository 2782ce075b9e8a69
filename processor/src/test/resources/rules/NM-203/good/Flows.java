package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Something(int id) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Something key, @U64 long packets) {}
}
