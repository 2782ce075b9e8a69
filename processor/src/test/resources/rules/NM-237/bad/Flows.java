package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @S8
    enum Kind {
//  ^ NM-237 enum Kind ... @S8 ... unsigned; use @U8
        NEW,
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Kind kind) {}
}
