@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Detail {
        @Union.Case({-8, 7})
        record Second(int second) implements Detail {}

        @Union.Case(0)
        record Third(int third) implements Detail {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @S8 @Bits(4) int kind, Detail detail) {}
}
