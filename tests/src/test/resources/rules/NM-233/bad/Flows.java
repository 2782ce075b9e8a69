package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Align(8) int id,
//                             ^ NM-233 the key is not part of the value struct
            @Bits(7) @Be16 int port,
//                             ^ NM-233 in the machine's byte order
            @Bits(7) Pair pair,
//                        ^ NM-233 @Bits does not fit component Flow.pair
            @Bits(7) @Align(4) int aligned,
//                                 ^ NM-233 C can't align a bit-field
            @Pad(bits = 3) int whole) {}
//                             ^ NM-233 only a bit-field can begin inside a byte

    @BpfMap(maxEntries = 16)
    record Count(@Key int id, @Pad(4) long packets) {}
//                                         ^ NM-233 a key or value with a single component has no C struct

    @OuterMap(inner = Inner.class, maxEntries = 4)
    record Outer(@Align(16) int id) {}
//                              ^ NM-233

    @InnerMap(maxEntries = 4)
    record Inner(@Key int id, int value) {}
}
