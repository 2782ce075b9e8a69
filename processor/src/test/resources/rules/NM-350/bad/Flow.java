package com.acme;

import dev.nestmap.annotations.*;

@BpfMap(maxEntries = MaxEntries.AT_LOAD)
//                             ^ NM-350 flow
record Flow(@Key int id, @U64 long packets) {}
