package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Word {
        @Union.Case(1)
        record Whole(long whole) implements Word {}

        @Union.Case(2)
        record Half(int half) implements Word {}
    }

    record Words(int kind, Word word) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Words words) {}
}
