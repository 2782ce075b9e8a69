package com.acme;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16, name = "count")
record Misses(@Key @U32 long id, @U32 long count) {}
