package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(maxEntries = 64)
    record Total(@Key @U32 long id, @U64 long bytes) {}

    @OuterMap(name = "slow", inner = Flow.class, maxEntries = 8)
    @OuterMap(name = "fast", inner = Flow.class, maxEntries = 8, innerMaxEntries = 1024)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Total.class, maxEntries = 8)
    record Sum(@U32 long id) {}
}
