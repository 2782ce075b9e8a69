    enum Kind {
        FIRST,
        SECOND
    }

    @Union(discriminator = "kind")
    sealed interface Detail {
        @Union.Case(2)
        record Second(int second) implements Detail {}
//      ^ NM-255 Second ... 2 ... kind

        @Union.Case(constants = "THIRD")
        record Third(int third) implements Detail {}
//      ^ NM-255 THIRD
    }

    @Union(discriminator = "flag")
    sealed interface Flagged {
        @Union.Case({0, 2})
        record Off(int off) implements Flagged {}
//      ^ NM-255
    }

    @Union(discriminator = "bits")
    sealed interface Narrow {
        @Union.Case(8)
        record Eight(int eight) implements Narrow {}
//      ^ NM-255
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            Kind kind,
            Detail detail,
            boolean flag,
            Flagged flagged,
            @U8 @Bits(3) int bits,
            Narrow narrow) {}
