package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        @EnumValue(1)
        NEW,
        @EnumValue(2)
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state) {}
}
