package com.acme.shared;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16)
public record Flow(@Key FlowKey key, @U64 long count) {
    public record FlowKey(@U32 long id) {}
}
