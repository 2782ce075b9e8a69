    @BpfMap(maxEntries = 16)
    record Log(@Key int id, int value) {}
//  ^ NM-402 map ... log

    @OuterMap(inner = Flow.class, maxEntries = 4)
    record Index(int id) {}
//  ^ NM-402 map ... index
