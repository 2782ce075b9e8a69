@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @Union
    sealed interface Either {
        @Anonymous
        record One(int one, int two) implements Either {}

        @Anonymous
        record Three(Pair pair) implements Either {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, @Anonymous dev.nestmap.types.Untagged<Either> either, Pair pair) {}
}
