import dev.nestmap.types.Untagged;

@External(header = "my_types.h")
// ^1 NM-219 @BpfObject
@BpfObject
interface Flows {
    @External(header = "my_types.h")
//  ^ NM-219 map
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets, @Anonymous Point point, Untagged<Word> word) {}
//                                                         ^ NM-219 tag

    @External(header = "my_types.h")
    record Point(int x, int y) {}

    @Union
    sealed interface Word {
        @External(header = "my_types.h")
//      ^ NM-219 single component
        record Number(int number) implements Word {}

        record Pair(int x, int y) implements Word {}
    }

    @External(header = "my_types.h")
//  ^ NM-219 struct, union or enum
    interface Other {}
}
