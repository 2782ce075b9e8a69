@BpfObject
interface Flows {
    enum Kind {
        FIRST,
        SECOND
    }

    @Union(discriminator = "kind")
    sealed interface Detail {
        record First(int first) implements Detail {}

        @Union.Case(0)
        record Other(int other) implements Detail {}
//      ^ NM-254 First ... Other ... 0
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Kind kind, Detail detail) {}
}
