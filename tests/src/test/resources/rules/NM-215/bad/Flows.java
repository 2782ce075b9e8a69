package com.acme;

import dev.nestmap.annotations.*;
import java.time.Duration;
import java.time.Instant;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key Instant id,
//                       ^ NM-215 component Flow.id of type java.time.Instant has no @Unit
            @Size(2) @U32 Duration[] ages) {}
//                                   ^ NM-215 write @Unit(TimeScale.NANOS)
}
