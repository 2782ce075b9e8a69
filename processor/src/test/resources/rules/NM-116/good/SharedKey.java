package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record SharedKey(@U32 long id, @U32 long weight) {}
