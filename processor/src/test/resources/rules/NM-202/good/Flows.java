package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Node(@U32 long id, @U32 long next) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Node node, Node other) {}
}
