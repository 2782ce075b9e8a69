package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Tail(@U32 long length, @Be16 int port, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Tail tail, @U32 long via) {}
//                         ^ NM-313 route ... 6 ... struct tail
}
