package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListHead;
import dev.nestmap.annotations.kernel.ListNode;

@BpfObject
interface Flows {
    @ListNode
    @BpfType
    record Packet(long length) {}

    @ListHead(name = "queue", contains = Packet.class)
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id) {}
//  ^ NM-270 flow ... struct bpf_list_head of struct packet (linked by node)
}
