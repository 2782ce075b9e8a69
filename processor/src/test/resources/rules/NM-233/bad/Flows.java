package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Align(8) int id,
//                             ^ NM-233 key ... value struct
            @Bits(7) @Be16 int port,
//                             ^ NM-233 byte order
            @Bits(7) Pair pair,
//                        ^ NM-233 @Bits ... Flow.pair
            @Bits(7) @Align(4) int aligned,
//                                 ^ NM-233 bit-field
            @Pad(bits = 3) int whole) {}
//                             ^ NM-233 bit-field

    @BpfMap(maxEntries = 16)
    record Count(@Key int id, @Pad(4) long packets) {}
//                                         ^ NM-233 single component

    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(@Align(16) int id) {}
//                              ^ NM-233

    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value) {}
}
