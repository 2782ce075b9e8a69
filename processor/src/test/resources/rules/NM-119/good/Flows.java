package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Constants
    record Config(@U32 long sampleRate, @Be16 int port) {}

    @Variables
    record Stats(@U64 long packets) {}
}
