package com.acme;

import dev.nestmap.annotations.*;

@BpfObject
interface Flows {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = InnerType.ARRAY, maxEntries = 16)
    record Total(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(type = InnerType.PERCPU_ARRAY, maxEntries = 16)
    record Local(@Key @U32 long id, @U64 long packets) {}

    @Slot(index = 0, name = "gold", maxEntries = 0)
//                          ^ NM-337 gold ... max_entries 0 ... at least 1
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Tenant(@U32 long id) {}

    @Slot(index = 0, name = "bronze", maxEntries = MaxEntries.AT_LOAD)
//                          ^ NM-337 bronze ... max_entries MaxEntries.AT_LOAD ... at least 1
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Customer(@U32 long id) {}

    @InnerMap(type = InnerType.SK_STORAGE, maxEntries = 0)
    record Socket(@U64 long packets) {}

    @Slot(index = 0, name = "sockets", maxEntries = 8)
//                          ^ NM-337 maps of type SK_STORAGE have no size
    @OuterMap(inner = Socket.class, maxEntries = 8)
    record Service(@U32 long id) {}

    @Slot(index = 0, name = "silver", maxEntries = 8)
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Site(@U32 long id) {}

    @Slot(index = 0, name = "silver")
//                          ^ NM-337 max_entries 16 ... gives it 8
    @OuterMap(inner = Flow.class, maxEntries = 8)
    record Region(@U32 long id) {}

    @Slot(index = 0, name = "all", maxEntries = 8)
//                          ^ NM-337 EINVAL ... MapFlag.INNER_MAP
    @OuterMap(inner = Total.class, maxEntries = 8)
    record Summary(@U32 long id) {}

    @Slot(index = 0, name = "each", maxEntries = 8)
//                          ^ NM-337 PERCPU_ARRAY ... EINVAL
    @OuterMap(inner = Local.class, maxEntries = 8)
    record Cpu(@U32 long id) {}

    @Slot(index = 0, name = "parse", maxEntries = 8)
//                          ^ NM-337 it is a program
    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 2)
    record Stage(@Key @U32 int index) {}
}
