package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    record Register(int sizeof, int inline, int typeof, int s6Addr) {}
//  ^ NM-402 C name "register" is a keyword or reserved
//                      ^ NM-402 field name "sizeof"
//                                  ^ NM-402 field name "inline"
//                                              ^ NM-402 field name "typeof"
//                                                          ^ NM-402 field name "s6_addr"

    @BpfMap(maxEntries = 16, name = "__flow")
//                                  ^ NM-402 C name "__flow"
    record Flow(@Key int id, Register state, int _pad0) {}
//                                               ^ NM-402 field name "_pad0"

    @BpfMap(maxEntries = 16)
    record Unsigned(@Key int id, int value) {}
//  ^ NM-402 rename it, or set name
}
