package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @U8
    enum Rate {
        FREE,
        LIMITED
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Rate rate) {}
}
