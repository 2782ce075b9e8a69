    enum Kind {
        COUNT
    }

    @Union(discriminator = "kind")
    sealed interface Detail {
        @Union.Case(0)
        record Count(@U64 long count) implements Detail {}
    }

    record Behind(Detail first, Detail second, @Bits(3) Kind kind) {}

    record Flag(boolean kind, Detail detail) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Behind key, Flag flag, @U64 long kind, Detail detail) {}
