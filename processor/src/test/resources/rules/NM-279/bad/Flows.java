package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Rate {
//         ^ NM-279 Rate
        @Union.Case(1)
        record Limited() implements Rate {}

        @Union.Case(0)
        record Free() implements Rate {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U8 int kind, Rate rate) {}
}
