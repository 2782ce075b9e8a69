package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListNode;

@BpfObject
interface Flows {
    @ListNode
//  ^ NM-275 @ListNode ... Flow ... programs allocate
    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, @U64 long packets) {}
}
