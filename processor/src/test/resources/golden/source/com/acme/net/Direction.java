package com.acme.net;

import dev.nestmap.annotations.*;

/** Shared by several top-level types. */
@BpfType(name = "flow_direction")
public enum Direction {
    @EnumValue(1)
    IN,
    @EnumValue(2)
    OUT
}
