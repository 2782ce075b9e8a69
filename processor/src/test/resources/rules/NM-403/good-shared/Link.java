package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record Link(Endpoint source, Endpoint destination) {}
