package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @Pad(4) int packets, Flags flags) {}

    @Pad(4)
    record Flags(int value, @Bits(5) int few) {}
}
