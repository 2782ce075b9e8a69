package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union
    sealed interface Deep {
        record Leaf(int leaf) implements Deep {}

        record Under(int under) implements Deep {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Untagged<Deep> deep) {}
}
