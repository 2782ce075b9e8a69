@BpfObject
interface Flows {
    @ListNode
    @BpfType
    record Packet(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class, node = "other")
//                                             ^ NM-268 queue ... Packet ... @ListNode(name = "other")
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
}
