package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union
    sealed interface Deep permits Leaf, Deep.Pair {
        record Pair(int one, int two) implements Deep {}
    }

    record Leaf(int leaf) implements Deep {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Untagged<Deep> id, @Size(3) Untagged<Deep>[] deep) {}
}
