package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.RbNode;
import dev.nestmap.annotations.kernel.RbRoot;
import dev.nestmap.annotations.kernel.SpinLock;

@BpfObject
interface Flows {
    @ListNode
    @RbNode
    record Packet(long length) {}
//  ^ NM-281 objects of struct packet ... no bpf_refcount

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @RbRoot(name = "tree", contains = Packet.class)
    @BpfMap(maxEntries = 16)
    record Queue(@Key int id) {}
}
