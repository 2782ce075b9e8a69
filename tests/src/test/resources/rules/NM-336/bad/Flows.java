package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key int id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenant-inner")
//                                ^ NM-336 map total is pinned at "acme/tenant-inner", which belongs to the pin of map tenant at "acme/tenant"
    record Total(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "limits-of/customer")
    record Limit(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "limits")
//                                ^ NM-336 map limit is pinned at "limits-of/customer", which belongs to the pin of map limits at "limits"
    record Limits(@Key int id, @U64 long packets) {}

    @BpfMap(maxEntries = 4, pin = "acme/tenant/hits")
//                                ^ NM-336 map hits is pinned at "acme/tenant/hits", which belongs to the pin of map tenant at "acme/tenant"
    record Hits(@Key int id, @U64 long packets) {}
}
