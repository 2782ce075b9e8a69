@BpfObject
interface Flows {
    @ListNode
    record Word(int number) {}

    @ListNode
    @SpinLock
    @ListHead(name = "words", contains = Word.class)
    @ListHead(name = "others", contains = Word.class)
    record Line(int number) {}

    @SpinLock
    @ListHead(name = "lines", contains = Line.class)
    @ListHead(name = "words", contains = Word.class)
    @BpfMap(maxEntries = 16)
    record Page(@Key int id) {}
}
