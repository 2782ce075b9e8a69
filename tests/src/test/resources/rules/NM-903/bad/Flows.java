package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
// ^1 NM-903 the files that Nestmap generates from com.acme.Flows could not be written: java.io.IOException: No space left
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int value) {}
}
