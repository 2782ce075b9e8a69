package com.acme;

import dev.nestmap.annotations.*;

@OuterMaps({})
// ^1 NM-118 @OuterMaps on Tenant has no @OuterMap in it
record Tenant(@U32 long id) {}
