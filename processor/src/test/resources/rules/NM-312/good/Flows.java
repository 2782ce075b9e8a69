package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Early(@U32 long length, @Be32 long address) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Ipv4Prefix network, @U32 long via) {}

    @InnerMap(type = InnerType.LPM_TRIE, maxEntries = 64)
    record Route6(@Key Ipv6Prefix network, @U32 long via) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Turned(@Key Early early, @U32 long via) {}
}
