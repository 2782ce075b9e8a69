@BpfObject
interface Flows {
    record Packet(long length) {}

    @ListNode
    @BpfType
    record Linked(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @RbRoot(name = "tree", contains = Linked.class)
//                                          ^ NM-268 @RbNode ... Linked
    @ListHead(name = "strings", contains = String.class)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
//  ^ NM-268 queue ... Flow ... Packet ... @ListNode
//  ^ NM-268 strings ... Flow ... java.lang.String
}
