@BpfObject
interface Flows {
    @ListNode
    record Word() {}

    @ListNode(name = "all")
    @ListNode(name = "recent")
    @RbNode
    @Refcount
    @SpinLock
    @ListHead(name = "words", contains = Word.class)
    @Kptr(name = "task", target = "task_struct")
    record Line(int number) {}

    @SpinLock
    @ListHead(name = "all", contains = Line.class)
    @ListHead(name = "recent", contains = Line.class, node = "recent")
    @RbRoot(name = "lines", contains = Line.class)
    @BpfMap(maxEntries = 16)
    record Page(@Key int id) {}
}
