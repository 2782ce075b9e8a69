package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 @U16 long id, @Be16 @U16 @S16 int port) {}
//                                  ^ NM-204 component Flow.id has both @U32 and @U16
//                                                          ^ NM-204 component Flow.port has both @Be16 and @U16
}
