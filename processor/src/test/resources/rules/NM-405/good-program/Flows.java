package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "close", method = "closeProgram")
@BpfProgram("count_packets")
interface Flows {}
