package com.acme.shared;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16)
public record Counter(@Key CounterKey key, @U64 long count) {}
