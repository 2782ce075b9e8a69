import dev.nestmap.types.Untagged;

@BpfObject
interface Flows {
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets, Point point, Untagged<Word> word) {}

    @External(header = "my_types.h")
    record Point(int x, int y) {}

    @Union
    sealed interface Word {
        record Number(int number) implements Word {}

        @External(header = "my_types.h")
        record Pair(int x, int y) implements Word {}
    }

    @External(header = "my_types.h")
    record Unused(int x, int y) {}
}
