package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        NEW,
        @UnknownValue
        OTHER,
        @UnknownValue
        UNKNOWN
//      ^ NM-214 OTHER is already
    }

    enum Level {
        @EnumValue(1)
        LOW,
        @UnknownValue
        @EnumValue(2)
        OTHER
//      ^ NM-214 it has an @EnumValue
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, Level level) {}
}
