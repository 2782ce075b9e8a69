    record Register(int sizeof, int inline, int typeof, int s6Addr) {}
//  ^ NM-402 C ... register
//                      ^ NM-402 field ... "sizeof"
//                                  ^ NM-402 field ... "inline"
//                                              ^ NM-402 field ... "typeof"
//                                                          ^ NM-402 field ... "s6_addr"

    @Name("__u32")
//        ^ NM-402 C ... "__u32"
    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Register state, int _pad0) {}
//                                               ^ NM-402 field ... "_pad0"

    @BpfMap(maxEntries = 16)
    record Unsigned(@Key int id, int value) {}
//  ^ NM-402 set the C name with @Name
