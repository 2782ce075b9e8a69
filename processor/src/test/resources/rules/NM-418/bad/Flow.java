package com.acme;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16, instances = "spill")
//                                     ^ NM-418 @InnerMap on Flow
record Flow(@Key @U32 long id, @U64 long packets) {}
