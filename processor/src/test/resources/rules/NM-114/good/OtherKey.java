package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record OtherKey(@U32 long id) {}
