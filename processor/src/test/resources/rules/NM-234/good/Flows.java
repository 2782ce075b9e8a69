package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Pair(@Bits(7) int first, int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @Be16 int port, Pair pair) {}
}
