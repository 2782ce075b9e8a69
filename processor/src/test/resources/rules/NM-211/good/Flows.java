package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @Size({4, 6}) int[][] grid, @Size(4) byte[] bytes, int one) {}
}
