package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Union
    sealed interface Plain {
        record One(int one) implements Plain {}
    }

    @Union(discriminator = "kind")
    sealed interface Tagged {
        @Case(1)
        record One(Tagged.Part part) implements Tagged {}

        record Part(int one, int two) {}
    }

    @Union
    sealed interface Around {
        record Only(Tagged tagged) implements Around {}
//                         ^ NM-251 a union member with a single component
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key Tagged key,
//                      ^ NM-251 the key is not part of the value struct
            int kind,
            Plain plain,
//                ^ NM-251 @Union on Plain names none; use Untagged<Plain>
            @Size(2) Tagged[] several,
//                            ^ NM-251 one discriminator can't select the member of several array elements
            dev.nestmap.types.Untagged<Around> around) {}

    @BpfMap(maxEntries = 16)
    record Alone(@Key int kind, Tagged tagged) {}
//                                     ^ NM-251 a key or value with a single component has no C struct
}
