package com.acme;

import dev.nestmap.annotations.*;

@BpfObject(value = "flows", prefix = "tf_")
interface Flows {
    @Name("acme_flow")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @Name("packetCount") int count, int bytes) {}

    @BpfMap(name = "other", maxEntries = 16)
    record Other(@Key int id, int count) {}
}
