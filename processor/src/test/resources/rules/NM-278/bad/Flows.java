package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union
    sealed interface Rate {
        record Limited(@U32 long packets) implements Rate {}

        record Free() implements Rate {}
//      ^ NM-278 Free ... Rate ... discriminator
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Untagged<Rate> rate) {}
}
