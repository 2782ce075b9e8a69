package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record FlowKey(@U32 long id) {}
