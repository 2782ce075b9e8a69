package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Ipv4Prefix prefix, @U32 long packets) {}
}
