package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @BpfMap(maxEntries = 16)
    record Plain(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(maxEntries = 16, inner = Flow.class)
//                                         ^ NM-106 inner = Flow is not
    record Tenant(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = Plain.class)
//                                          ^ NM-106 inner = Plain is not
    record Other(@U32 long id) {}

    @OuterMap(maxEntries = 16, inner = int[].class)
//                                          ^ NM-106 inner = int[] is not
    record Array(@U32 long id) {}
}
