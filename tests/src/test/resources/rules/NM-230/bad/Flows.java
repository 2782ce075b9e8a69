package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    enum State { NEW, OPEN }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @U8 @Bits(9) int wide,
//                           ^ NM-230 Flow.wide would have 9 bits of a __u8: it has from 1 to 8
            @Bits(0) int none,
//                       ^ NM-230 0 bits of a __s32
            @Bits(2) boolean flag,
//                           ^ NM-230 2 bits of a bool: it has from 1 to 1
            @Bits(33) State state) {}
//                          ^ NM-230 33 bits of a enum state
}
