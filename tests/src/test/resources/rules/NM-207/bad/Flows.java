package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        @EnumValue(1)
        NEW,
        OLD,
//      ^ NM-207 constant OLD of enum State has no @EnumValue
        GONE
//      ^ NM-207 constant GONE of enum State
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state) {}
}
