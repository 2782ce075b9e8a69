package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", loadAs = "fentry")
// ^39 NM-122 loadAs ... target ... write loadAs = "fentry/do_unlinkat"
interface Flows {}
