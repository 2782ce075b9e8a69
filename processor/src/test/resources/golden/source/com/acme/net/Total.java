package com.acme.net;

import dev.nestmap.annotations.*;

/** A top-level plain map that other packages don't see. */
@BpfMap(maxEntries = 4)
record Total(@Key Direction direction, @U64 long packets) {}
