package com.acme;

import com.acme.shared.Counter;
import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Counter.class)
//                                            ^ NM-115 CounterKey ... FlowsBpf
    record Tenant(@U32 long id) {}
}
