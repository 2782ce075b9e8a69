@BpfObject
interface Flows {
    @ListNode
    @RbNode
    @Refcount
    @BpfType
    record Packet(int one, int two) {}

    @SpinLock
    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(int id) {}
}
