package com.acme.second;

import dev.nestmap.annotations.*;

@BpfType
public record FlowKey(@U32 long second) {}
