package com.acme;

import dev.nestmap.annotations.*;

@BpfObject(value = "flows", prefix = "tf_")
interface Flows {
    @Name("acme_flow")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @Name("packetCount") int count, int bytes) {}

    @Name("tf_other")
    @BpfMap(maxEntries = 16)
    record Other(@Key int id, int count) {}

    @InnerMap(maxEntries = 16)
    record Hit(@Key int id, int count) {}

    @Name("tf_tenants")
    @OuterMap(inner = Hit.class, maxEntries = 16)
    record Tenant(int id) {}

    /** The key struct has the name of the record. */
    @Name("site")
    @OuterMap(name = "small_site", inner = Hit.class, maxEntries = 16)
    @OuterMap(name = "large_site", inner = Hit.class, maxEntries = 16, innerMaxEntries = 64)
    record Site(int id, int part) {}
}
