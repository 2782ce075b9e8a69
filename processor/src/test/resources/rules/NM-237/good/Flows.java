package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @U8
    enum Kind {
        NEW,
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Kind kind) {}
}
