package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @U16
    record Point(@U32 long x, @U32 long y) {}
//  ^ NM-238 @U16 ... Point ... component or an enum

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Point point) {}
}
