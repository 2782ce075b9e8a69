package com.acme.shared;

import dev.nestmap.annotations.*;

@InnerMap(maxEntries = 16)
public record Counter(@Key Proto proto, @U64 long count) {
    public enum Proto {
        TCP,
        UDP
    }
}
