import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @Union
    sealed interface Deep permits Leaf, Deep.Pair {
        record Pair(int one, int two) implements Deep {}
    }

    @Union(discriminator = "kind")
    sealed interface Maybe {
        @Union.Case({0, 3})
        record None() implements Maybe {}

        @Union.Case(1)
        record Some(int some) implements Maybe {}
    }

    record Leaf(int leaf) implements Deep {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key Untagged<Deep> id, @Size(3) Untagged<Deep>[] deep, @U8 int kind, Maybe maybe) {}
}
