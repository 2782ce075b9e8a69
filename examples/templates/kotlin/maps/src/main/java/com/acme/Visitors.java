package com.acme;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

@BpfObject("visitors")
@BpfProgram(value = "count", section = "xdp")
public interface Visitors {
    @InnerMap(maxEntries = 1024)
    record Visit(@Key Inet4Address source, @U64 long packets) {}

    @InnerMapsOnDemand // a program requests the inner map of a port that has none
    @OuterMap(inner = Visit.class, maxEntries = 65536)
    record Site(@U32 long port) {}
}
