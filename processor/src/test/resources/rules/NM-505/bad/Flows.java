@BpfObject
interface Flows {
    @ListNode
    record Word(int number) {}

    @RbNode
    @SpinLock
    @ListHead(name = "words", contains = Word.class)
    record Line(int number) {}

    @ListNode
    @SpinLock
    @RbRoot(name = "lines", contains = Line.class)
//                                         ^ NM-505 lines ... Page ... Line ... third level
    record Page(int number) {}

    @SpinLock
    @ListHead(name = "pages", contains = Page.class)
    @BpfMap(maxEntries = 16)
    record Book(@Key int id) {}
}
