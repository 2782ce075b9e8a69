package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Detail {
        @Case(1)
        record Count(@U64 long count) implements Detail {}
    }

    record Missing(int type, Detail detail) {}
//                                  ^ NM-252 component Missing.detail of union Detail has no discriminator "kind" in its struct

    record Text(@Size(8) String kind, Detail detail) {}
//                                           ^ NM-252 an integer, an enum or a boolean

    @BpfMap(maxEntries = 16)
    record Flow(@Key int kind, Missing missing, Text text, Detail detail) {}
//                                                                ^ NM-252 in the same struct
}
