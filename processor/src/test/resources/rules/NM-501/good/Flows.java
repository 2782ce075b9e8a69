package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Id(@U32 long address, @U16 int port, @U8 int protocol, @U8 int zone) {}

    @BpfMap(maxEntries = 1024)
    record Flow(@Key Id id, @U64 long packets) {}
}
