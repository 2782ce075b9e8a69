package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.types.Untagged;

@External(header = "my_types.h")
// ^1 NM-219 an object is no type in C
@BpfObject
interface Flows {
    @External(header = "my_types.h")
//  ^ NM-219 what a map's record says is the map
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, int packets, @Anonymous Point point, Untagged<Word> word) {}
//                                                         ^ NM-219 without a name it has no tag either

    @External(header = "my_types.h")
    record Point(int x, int y) {}

    @Union
    sealed interface Word {
        @External(header = "my_types.h")
//      ^ NM-219 the only component of a member is the member
        record Number(int number) implements Word {}

        record Pair(int x, int y) implements Word {}
    }

    @External(header = "my_types.h")
//  ^ NM-219 it is no struct, union or enum
    interface Other {}
}
