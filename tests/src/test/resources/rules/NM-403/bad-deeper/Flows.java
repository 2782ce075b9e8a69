package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    interface Left {
        record Part(int a) {}
    }

    interface Right {
        record Part(int b) {}
//      ^ NM-403 struct part (com.acme.Flows.Right.Part) and struct part (com.acme.Flows.Left.Part) would both have the C name part
//      ^ NM-405 Nestmap can't generate class PartCodec for Part
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key Left.Part left, Right.Part right) {}
}
