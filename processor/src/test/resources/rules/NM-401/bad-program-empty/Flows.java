package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram("")
// ^13 NM-401 program
interface Flows {}
