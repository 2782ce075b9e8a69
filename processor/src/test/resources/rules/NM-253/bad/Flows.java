@BpfObject
interface Flows {
    enum Kind {
        FIRST,
        SECOND
    }

    @Union(discriminator = "kind")
    sealed interface Detail {
        record First(int first) implements Detail {}

        record Third(int third) implements Detail {}
//      ^ NM-253 kind ... Third
    }

    @Union(discriminator = "number")
    sealed interface Numbered {
        record First(int first) implements Numbered {}
//      ^ NM-253
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Kind kind, Detail detail, int number, Numbered numbered) {}
}
