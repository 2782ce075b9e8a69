package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @Constants
    record Config() {}
//  ^ NM-203 Config
}
