package com.acme;

import dev.nestmap.annotations.*;

@BpfType(name = "endpoint")
record Destination(@U32 long address, @U32 long port) {}
