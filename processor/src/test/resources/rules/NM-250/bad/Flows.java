package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    sealed interface Plain {
//         ^ NM-250 annotate ... @Union
        @Union.Case(1)
        record One(int one) implements Plain {}
    }

    @Union
    interface Open {}
//  ^ NM-250 sealed

    @Union
    sealed interface Deep {
        record Leaf(int leaf) implements Deep {}

        sealed interface Deeper extends Deep {}
//             ^ NM-250 Deep ... Deeper

        record Under(int under) implements Deeper {}
    }

    @Union
    sealed interface Free {
        record Some(int some) implements Free {}

        record None() implements Free {}
//      ^ NM-250 None has no components ... discriminator
    }

    @Union(discriminator = "id")
    sealed interface Hollow {
//         ^ NM-250 no bytes
        @Union.Case(1)
        record First() implements Hollow {}

        @Union.Case(2)
        record Second() implements Hollow {}
    }

    @Union
    sealed interface Far permits Elsewhere {}

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            Plain plain,
            Open open,
            Untagged<Deep> deep,
            Untagged<Far> far,
            Untagged<Free> free,
            Hollow hollow,
            Untagged<String> text) {}
//                           ^ NM-250 Untagged ... @Union
}
