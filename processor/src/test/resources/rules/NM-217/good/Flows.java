    @External(header = "net/my-types.v2.h")
    record Point(int x, int y) {}

    @External(header = "my_types.h")
    @Name("__my_word")
    @Union
    sealed interface Word {
        record Number(int number) implements Word {}
    }

    @External(header = "my_types.h")
    record Words(dev.nestmap.types.Untagged<Word> word, @Name("__reserved") int reserved) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Point point, Words words) {}
