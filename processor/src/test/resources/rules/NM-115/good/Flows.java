package com.acme;

import com.acme.shared.Counter;
import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @OuterMap(maxEntries = 16, inner = Counter.class)
    record Tenant(@U32 long id) {}
}
