package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Point(@U16 int x, @U16 int y) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Point point) {}
}
