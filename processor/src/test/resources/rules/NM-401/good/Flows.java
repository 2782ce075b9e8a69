package com.acme;

import dev.nestmap.annotations.*;

@BpfObject("tenant_flows")
interface Flows {
    enum State {
        NEU
    }

    @BpfMap(maxEntries = 16, name = "second")
    record Flow(@Key int id, @U64 long packets, State zustand) {}

    @BpfMap(maxEntries = 16, name = "strasse")
    record Straße(@Key int schlüssel, @U64 long zähler) {}
}
