@BpfObject
interface Flows {
    @ListNode
    @SpinLock
    record Packet(int one, int two) {}

    @BpfType
    @ListNode
    @Timer
//  ^ NM-266 @Timer ... Late ... programs allocate
    record Late(int one, int two) {}

    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, Packet packet) {}
//                                  ^ NM-266 @SpinLock ... Packet ... part of another struct

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(int id) {}
}
