package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        NEW,
        @UnknownValue
        OTHER,
        @UnknownValue
//      ^ NM-214 OTHER
        UNKNOWN
    }

    enum Level {
        @EnumValue(1)
        LOW,
        @UnknownValue
//      ^ NM-214 @EnumValue
        @EnumValue(2)
        OTHER
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, Level level) {}
}
