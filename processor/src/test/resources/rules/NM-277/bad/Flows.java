package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union
    sealed interface Deep {
        record Leaf(int leaf) implements Deep {}

        sealed interface Deeper extends Deep {}
//             ^ NM-277 Deeper ... Deep ... not a record

        record Under(int under) implements Deeper {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key @U32 long id, Untagged<Deep> deep) {}
}
