package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @S8
    enum Kind {
//  ^ NM-265 @S8 ... enum Kind ... unsigned ... use @U8
        NEW,
        OLD
    }

    @U16
    record Point(@U32 long x, @U32 long y) {}
//  ^ NM-265 @U16 ... Point ... component or an enum

    @U8
    enum Level {
        @EnumValue(1)
        LOW,
        @EnumValue(255)
        HIGH
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Kind kind, Point point, Level level) {}
}
