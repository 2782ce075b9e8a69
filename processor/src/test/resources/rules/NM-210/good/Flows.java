package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Digest(@Size(32) byte[] bytes) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Digest digest, @Size({2, 3}) int[][] grid) {}
}
