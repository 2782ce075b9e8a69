package com.acme;

import dev.nestmap.annotations.*;

@BpfMap(sizedAtLoad = true)
//                    ^ NM-350 flow
record Flow(@Key int id, @U64 long packets) {}
