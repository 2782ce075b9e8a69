package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
// ^1 NM-104 Flows
interface Flows {
    record Flow(@U32 long id, @U64 long packets) {}
}
