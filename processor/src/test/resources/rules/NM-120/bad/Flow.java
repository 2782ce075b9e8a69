package com.acme;

import dev.nestmap.annotations.*;

@BpfProgram("count")
// ^1 NM-120 Flow
@BpfMap(maxEntries = 16)
record Flow(@Key @U32 long id, @U64 long packets) {}
