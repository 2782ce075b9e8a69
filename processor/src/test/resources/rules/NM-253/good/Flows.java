@BpfObject
interface Flows {
    enum Kind {
        FIRST_ONE,
        SECOND,
        THIRD,
        FOURTH
    }

    @Union(discriminator = "kind")
    sealed interface Detail {
        record FirstOne(int first) implements Detail {}

        @Union.Case(constants = {"SECOND", "THIRD"})
        record Other(int other) implements Detail {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @U8 Kind kind, Detail detail) {}
}
