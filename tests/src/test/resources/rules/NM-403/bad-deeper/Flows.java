package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    interface Left {
        record Part(int a) {}
    }

    interface Right {
        record Part(int b) {}
//      ^ NM-403 struct part (com.acme.Flows.Right.Part) would have the C name part, as has struct part (com.acme.Flows.Left.Part)
//      ^ NM-405 Part would be generated as class PartCodec
    }

    @BpfMap(maxEntries = 16)
    record Flow(@Key Left.Part left, Right.Part right) {}
}
