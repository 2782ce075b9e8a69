package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record Endpoint(@U32 long address) {}
