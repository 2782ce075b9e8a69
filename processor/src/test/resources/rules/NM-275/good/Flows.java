package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.ListNode;

@BpfType
@ListNode
record Flows(int id, @U64 long packets) {}
