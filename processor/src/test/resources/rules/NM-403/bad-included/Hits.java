package com.acme;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16, name = "count")
record Hits(@Key @U32 long id, @U64 long count) {}
