package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
//  ^ NM-101 Flow
    final class Flow {}
}
