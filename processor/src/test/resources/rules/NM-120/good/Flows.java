package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram("count")
interface Flows {}
