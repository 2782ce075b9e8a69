package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 64)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Flow.class)
//                                               ^ NM-423 narrow ... Flow ... __u64
    record Narrow(@Key @U32 long map, @U32 long count) {}

    @BpfMap(type = MapType.LRU_HASH, maxEntries = 16, lostInsertsOf = Flow.class)
//                                                                        ^ NM-423 evicting ... Flow ... HASH
    record Evicting(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, flags = MapFlag.RDONLY_PROG, lostInsertsOf = Flow.class)
//                                                                            ^ NM-423 fixed ... Flow ... RDONLY_PROG
    record Fixed(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, flags = MapFlag.WRONLY_PROG, lostInsertsOf = Flow.class)
//                                                                            ^ NM-423 unreadable ... Flow ... WRONLY_PROG
    record Unreadable(@Key @U32 long map, @U64 long count) {}

    @BpfMap(maxEntries = 16, flags = MapFlag.NO_PREALLOC, lostInsertsOf = Flow.class)
//                                                                            ^ NM-423 failing ... Flow ... NO_PREALLOC
    record Failing(@Key @U32 long map, @U64 long count) {}
}
