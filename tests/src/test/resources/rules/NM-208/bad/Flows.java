package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        @EnumValue(1)
        NEW,
        @EnumValue(1)
//                 ^ NM-208 constants NEW and OLD of enum State have the same value 1
        OLD
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state) {}
}
