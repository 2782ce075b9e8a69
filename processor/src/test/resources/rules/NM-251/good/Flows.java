import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union(discriminator = "kind")
    sealed interface Tagged {
        @Union.Case(1)
        record One(int one) implements Tagged {}
    }

    record Told(@U8 int kind, Tagged tagged) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Told key, @Size(2) Told[] several, Untagged<Tagged> plain) {}

    @BpfMap(maxEntries = 16)
    record Alone(@Key Untagged<Tagged> key, Untagged<Tagged> tagged) {}
}
