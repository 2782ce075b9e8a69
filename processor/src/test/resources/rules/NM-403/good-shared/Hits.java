package com.acme;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16)
record Hits(@Key Link link, Endpoint via) {}
