@BpfObject
interface Flows {
    @Union.Case(1)
//  ^ NM-260 Point
    record Point(int x, int y) {}

    interface Plain {
        @Union.Case(2)
//      ^ NM-260 sealed interface ... @Union
        record Inside(int x) implements Plain {}
    }

    @Union.Case(3)
//  ^ NM-260
    @Union
    sealed interface Word {
        record Whole(long whole) implements Word {}
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Point point, dev.nestmap.types.Untagged<Word> word) {}
}
