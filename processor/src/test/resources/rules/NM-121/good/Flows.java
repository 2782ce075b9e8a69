package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", section = "xdp")
@BpfProgram(value = "drop", section = "xdp")
interface Flows {}
