package com.acme;

import dev.nestmap.annotations.*;

@BpfObject("tenant flows")
//         ^ NM-401 header name "tenant flows" is not a C identifier
interface Flows {
    enum State {
        NEÜ
//      ^ NM-401 enumerator name "STATE_NEÜ"
    }

    @BpfMap(maxEntries = 16, name = "2nd")
//                                  ^ NM-401 C name "2nd"
    record Flow(@Key int id, @U64 long packets, State zustand) {}

    @BpfMap(maxEntries = 16)
    record Straße(@Key int id, @U64 long zähler, int $dollar) {}
//  ^ NM-401 no digit first, or set the C name with name = "..." or @Name
//                                       ^ NM-401 field name "zähler"
//                                                   ^ NM-401 field name "$dollar"
}
