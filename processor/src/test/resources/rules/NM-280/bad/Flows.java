@BpfObject
interface Flows {
    @BpfType
    @ListNode
    @SpinLock
    @ListHead(name = "others", contains = Chain.class)
//                                             ^ NM-280 others ... Chain ... Chain ... itself
    record Chain(int number) {}

    @ListNode
    @SpinLock
    @RbRoot(name = "lines", contains = Line.class)
//                                         ^ NM-280 lines ... Page ... Line ... itself
    record Page(int number) {}

    @RbNode
    @SpinLock
    @ListHead(name = "pages", contains = Page.class)
    record Line(int number) {}

    @SpinLock
    @ListHead(name = "pages", contains = Page.class)
    @BpfMap(maxEntries = 16)
    record Book(@Key int id) {}
}
