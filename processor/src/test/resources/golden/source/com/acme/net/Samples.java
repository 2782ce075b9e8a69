package com.acme.net;

import dev.nestmap.annotations.*;

/** A top-level inner map. */
@InnerMap(type = MapType.ARRAY, maxEntries = 32)
public record Samples(@Key @U32 int index, Endpoint endpoint, @U64 long at, Note note) {
    /** Nested in a top-level record. */
    public record Note(@U8 int code, @U32 long detail) {}
}
