package com.acme;

import dev.nestmap.annotations.*;

@BpfType
// ^1 NM-101 FlowKey is not a record
final class FlowKey {}
