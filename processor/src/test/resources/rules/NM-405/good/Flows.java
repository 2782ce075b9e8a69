package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Loads(@Key int id, int value) {}

    @BpfMap(maxEntries = 16)
    record Classes(@Key int id, int value) {}
}
