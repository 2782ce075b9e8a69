package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Name(@Size(16) String text) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Name name, @Size(value = 16, truncate = true) String comment) {}
}
