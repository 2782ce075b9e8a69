package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
@BpfProgram(value = "count", section = "on-open", loadAs = "fentry")
// ^60 NM-123 count ... target ... such as loadAs = "fentry/do_unlinkat"
interface Flows {}
