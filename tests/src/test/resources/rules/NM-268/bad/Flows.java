package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Packet(long length) {}

    @ListNode
    @BpfType
    record Linked(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @RbRoot(name = "tree", contains = Linked.class)
//                                          ^ NM-268 put @RbNode on Linked
    @ListHead(name = "strings", contains = String.class)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
//  ^ NM-268 field queue of record Flow contains Packet, which has no @ListNode
//  ^ NM-268 field strings of record Flow contains java.lang.String, which has no @ListNode: the kernel links the elements of a list or tree by a node in each of them; name a record with @ListNode
}
