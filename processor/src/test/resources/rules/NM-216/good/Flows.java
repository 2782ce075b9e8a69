package com.acme;

import dev.nestmap.annotations.*;
import java.time.Duration;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key long id, @Unit(TimeScale.MILLIS) Duration age, @Size(2) int[] ages) {}
}
