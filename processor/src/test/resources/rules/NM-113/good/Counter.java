package com.acme;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16)
record Counter(@Key OtherKey id, State state) {}
