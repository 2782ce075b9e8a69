package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Rate {
        @Union.Case(1)
        record Limited(@U32 long packets) implements Rate {}

        @Union.Case(0)
        record Free() implements Rate {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U8 int kind, Rate rate) {}
}
