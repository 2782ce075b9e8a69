package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", section = "on-open", loadAs = "fentry/do_unlinkat")
interface Flows {}
