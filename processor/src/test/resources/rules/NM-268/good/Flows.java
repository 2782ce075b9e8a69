package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;
import dev.nestmap.annotations.kernel.RbNode;
import dev.nestmap.annotations.kernel.RbRoot;
import dev.nestmap.annotations.kernel.Refcount;
import dev.nestmap.annotations.kernel.SpinLock;

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
