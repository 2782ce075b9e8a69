package com.acme;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @U64 long id,
            @U32 long wide,
            @Be16 int port,
            boolean flag,
            Inet4Address address,
            Pair pair) {}
}
