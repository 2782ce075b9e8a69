package com.acme.net;

import dev.nestmap.annotations.*;

/** Shared by several top-level types. */
@Name("flow_direction")
@BpfType
public enum Direction {
    @EnumValue(1)
    IN,
    @EnumValue(2)
    OUT
}
