package com.acme;

import dev.nestmap.annotations.*;

@BpfObject(value = "flows", prefix = "tf_")
interface Flows {
    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
    record Lost(@Key @U32 long map, @U64 long count) {}

    /** Its name has no meaning. */
    @BpfMap(maxEntries = 16)
    record FlowLostInserts(@Key @U32 long map, @U64 long count) {}
}
