package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Range(@U32 long length, @Be32 long number) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Owner(@Key Range range, @U32 long user) {}
}
