package com.acme;

import dev.nestmap.annotations.*;

@BpfObject(value = "flows", prefix = "tf_")
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, int count) {}

    @OuterMap(name = "tenants", inner = Flow.class, maxEntries = 16)
//                   ^ NM-406 Tenant ... tenants ... tf_tenants
    record Tenant(int id) {}
}
