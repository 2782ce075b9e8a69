package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", section = "xdp")
@BpfProgram(value = "count", section = "tc")
interface Flows {}
// ^1 NM-121 count ... Flows
