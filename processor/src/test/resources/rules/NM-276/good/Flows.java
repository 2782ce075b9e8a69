package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Variables
    record Stats(@U64 long packets, @U64 long bytes) {}

    @Constants
    record Rate(@U32 long rate) {}
}
