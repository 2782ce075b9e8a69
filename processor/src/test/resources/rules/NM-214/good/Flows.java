package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State {
        NEW,
        @UnknownValue
        OTHER,
        OLD
    }

    enum Level {
        @EnumValue(1)
        LOW,
        @UnknownValue
        OTHER
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, State state, @U8 Level level) {}
}
