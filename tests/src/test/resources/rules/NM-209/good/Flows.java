package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum Port {
        @EnumValue(443)
        HTTPS,
    }

    enum Level {
        @EnumValue(-1)
        NONE
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U16 Port port, Level level, @S8 Level narrow, Port plain) {}
}
