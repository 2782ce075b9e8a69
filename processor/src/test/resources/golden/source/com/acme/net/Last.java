package com.acme.net;

import dev.nestmap.annotations.*;

/** A top-level outer map. */
@OuterMap(inner = Samples.class, maxEntries = 4, name = "last_samples")
public record Last(@U32 long id) {}
