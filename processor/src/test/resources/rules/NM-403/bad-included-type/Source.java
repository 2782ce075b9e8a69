package com.acme;

import dev.nestmap.annotations.*;

@Name("endpoint")
@BpfType
record Source(@U32 long address) {}
