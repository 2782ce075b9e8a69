package com.acme;

import dev.nestmap.annotations.*;

@BpfType
// ^1 NM-101 FlowKey
final class FlowKey {}
