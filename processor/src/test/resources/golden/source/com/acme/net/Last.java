package com.acme.net;

import dev.nestmap.annotations.*;

/** A top-level outer map. */
@Name("last_samples")
@OuterMap(inner = Samples.class, maxEntries = 4)
public record Last(@U32 long id) {}
