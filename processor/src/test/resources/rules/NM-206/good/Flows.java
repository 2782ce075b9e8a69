package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        NEW
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state) {}
}
