package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Pair(@Bits(7) int first, @Pad(4) int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Pair id, @Be16 int port, @Align(8) Pair pair) {}
}
