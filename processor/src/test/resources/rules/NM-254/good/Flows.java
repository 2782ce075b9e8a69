package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Detail {
        @Union.Case({0, 2})
        record First(int first) implements Detail {}

        @Union.Case(1)
        record Other(int other) implements Detail {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int kind, Detail detail) {}
}
