package com.acme;

import dev.nestmap.annotations.*;

@Constants
// ^1 NM-119 Config ... @Constants
record Config(@U32 long sampleRate, @Be16 int port) {}
