package com.acme.first;

import dev.nestmap.annotations.*;

@BpfType
public record FlowKey(@U32 long first) {}
