package com.acme;

import dev.nestmap.annotations.*;
import java.time.Duration;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key long id, @Unit(CTimeUnit.MILLIS) Duration age, @Size(2) int[] ages) {}
}
