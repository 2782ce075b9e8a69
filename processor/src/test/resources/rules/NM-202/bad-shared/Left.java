package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record Left(Right right) {}
