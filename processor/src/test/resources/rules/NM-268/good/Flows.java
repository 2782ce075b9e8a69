@BpfObject
interface Flows {
    @ListNode
    @Refcount
    @RbNode
    @BpfType
    record Packet(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @ListHead(name = "other", contains = Packet.class)
    @RbRoot(name = "tree", contains = Packet.class)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
}
