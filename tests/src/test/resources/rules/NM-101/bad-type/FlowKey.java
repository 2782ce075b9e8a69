package com.acme;

import dev.nestmap.annotations.*;

@BpfType
// ^1 NM-101 FlowKey is not a record, an enum or a @Union interface
final class FlowKey {}
