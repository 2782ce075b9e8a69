package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    interface Deeper {
        @BpfMap(maxEntries = 16)
        record Further(@Key @U32 long id, @U64 long packets) {}
//      ^ NM-103 Further is nested in Deeper, which is not a @BpfObject interface: Nestmap generates one header and one class from each top-level type; move Further directly into @BpfObject Flows, or make Further a top-level type
    }
}
