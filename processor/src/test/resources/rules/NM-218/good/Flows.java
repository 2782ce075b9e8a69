package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.MacAddress;

@BpfObject
interface Flows {
    @External(header = "linux/if_ether.h")
    @Name("ethhdr")
    @Packed
    record Ethernet(
            @Name("h_dest") MacAddress destination,
            @Name("h_source") MacAddress source,
            @Name("h_proto") @Be16 int protocol) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Ethernet ethernet) {}
}
