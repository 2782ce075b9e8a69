package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @ListNode
    @BpfType
    record Packet(long length) {}

    @SpinLock
    @ListHead(name = "queue", contains = Packet.class)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
}
