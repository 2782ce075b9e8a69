package com.acme;

import dev.nestmap.annotations.*;

@BpfMap(maxEntries = MaxEntries.AT_LOAD)
//                             ^ NM-350 maxEntries of map flow is MaxEntries.AT_LOAD
record Flow(@Key int id, @U64 long packets) {}
