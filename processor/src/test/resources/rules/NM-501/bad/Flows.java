package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject
interface Flows {
    record Id(@U8 int protocol, @U32 long address, @U16 int port, @U8 int zone) {}
//  ^ NM-501 struct id ... 4 bytes ... the component order address, port, protocol, zone avoids it

    @BpfMap(maxEntries = 1024)
    record Flow(@Key Id id, @U64 long packets) {}
}
