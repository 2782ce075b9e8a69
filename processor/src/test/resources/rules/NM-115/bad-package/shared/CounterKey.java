package com.acme.shared;

import dev.nestmap.annotations.*;

@BpfType
record CounterKey(@U32 long id) {}
