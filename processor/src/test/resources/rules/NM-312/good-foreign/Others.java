package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.*;

@BpfObject(value = "others", header = false)
interface Others {
    @BpfMap(type = MapType.LPM_TRIE)
    record Route(@Key @Size(8) ByteString network, @U32 long via) {}
}
