package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
// ^1 NM-102 Flows
final class Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}
}
