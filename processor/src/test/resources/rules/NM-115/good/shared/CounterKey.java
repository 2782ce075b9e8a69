package com.acme.shared;

import dev.nestmap.annotations.*;

@BpfType
public record CounterKey(@U32 long id) {}
