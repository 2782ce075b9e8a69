@BpfObject
interface Flows {
    @ListNode
    @RbNode
    @Refcount
    record Packet(long length) {}

    @ListNode(name = "all")
    @ListNode(name = "recent")
    @BpfType
    record Word(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @RbRoot(name = "tree", contains = Packet.class)
    @BpfMap(maxEntries = 16)
    record Queue(@Key int id) {}
}
