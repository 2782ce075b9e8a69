package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key OtherKey key, State state) {}
//                            ^ NM-114 OtherKey is a top-level type without @BpfType
//                                       ^ NM-114 State is a top-level type without @BpfType
}
