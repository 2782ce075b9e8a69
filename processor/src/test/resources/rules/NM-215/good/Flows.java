package com.acme;

import dev.nestmap.annotations.*;
import java.time.Duration;
import java.time.Instant;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(
            @Key @Unit(TimeScale.SECONDS) Instant id,
            @Unit(TimeScale.MILLIS) @Size(2) @U32 Duration[] ages) {}
}
