package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    interface Deeper {
        @BpfMap(maxEntries = 16)
        record Further(@Key @U32 long id, @U64 long packets) {}
//      ^ NM-103 Further is nested in Deeper, which is no @BpfObject: a header and a generated class come from one top-level type; move it right into @BpfObject Flows, or make the record top-level
    }
}
