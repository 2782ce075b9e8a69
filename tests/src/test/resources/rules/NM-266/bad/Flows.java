package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @SpinLock
//  ^ NM-266 @SpinLock does not fit record Part: the kernel looks for such a field in the struct that is the value of a map
    record Part(int one, int two) {}

    @ListNode
//  ^ NM-266 @ListNode does not fit record Flow: nodes and reference counts belong to structs that programs allocate
    @InnerMap(maxEntries = 16)
    record Flow(@Key int id, Part part) {}

    @Timer
//  ^ NM-266 @Timer does not fit record Tenant: the value of an outer map is an inner map
    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Tenant(int id) {}
}
