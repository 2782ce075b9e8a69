package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 64, innerMaxEntries = MaxEntries.AT_LOAD)
//                                                                             ^ NM-352 tenant ... MaxEntries.AT_LOAD ... only the record of the inner map
    record Tenant(@U32 long id) {}
}
