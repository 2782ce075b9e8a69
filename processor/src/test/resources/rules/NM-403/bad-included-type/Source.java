package com.acme;

import dev.nestmap.annotations.*;

@BpfType(name = "endpoint")
record Source(@U32 long address) {}
