@BpfObject
interface Flows {
    record Pair(int first, int second) {}

    @Union
    sealed interface Either {
        @Anonymous
        record One(int one) implements Either {}
//      ^ NM-256 One
    }

    @BpfMap(maxEntries = 16)
    record Flow(
            @Key int id,
            @Anonymous int number,
//                         ^ NM-256 number
            @Anonymous @Size(2) Pair[] pairs,
//                                     ^ NM-256
            dev.nestmap.types.Untagged<Either> either) {}
}
