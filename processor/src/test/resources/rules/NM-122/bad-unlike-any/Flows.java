package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", section = "from-container")
// ^40 NM-122 from-container ... use a section that libbpf knows
interface Flows {}
