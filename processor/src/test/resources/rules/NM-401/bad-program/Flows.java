package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram("count packets")
// ^13 NM-401 count packets
interface Flows {}
