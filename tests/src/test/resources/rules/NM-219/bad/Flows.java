package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@External(header = "my_types.h")
// ^1 NM-219 a @BpfObject is not a C type
@BpfObject
interface Flows {
    @External(header = "my_types.h")
//  ^ NM-219 the record declares a map and not a C struct
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets, @Anonymous Point point, Untagged<Word> word) {}
//                                                         ^ NM-219 an anonymous member has no tag

    @External(header = "my_types.h")
    record Point(int x, int y) {}

    @Union
    sealed interface Word {
        @External(header = "my_types.h")
//      ^ NM-219 a union member with a single component has no C struct
        record Number(int number) implements Word {}

        record Pair(int x, int y) implements Word {}
    }

    @External(header = "my_types.h")
//  ^ NM-219 it does not become a struct, union or enum
    interface Other {}
}
