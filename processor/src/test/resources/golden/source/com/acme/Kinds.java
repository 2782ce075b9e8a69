package com.acme;

import dev.nestmap.annotations.*;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.types.Ipv4Prefix;

/** Map types that differ from hashes and arrays. */
@BpfObject
public interface Kinds {
    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 64)
    record Route(@Key Ipv4Prefix prefix, @U32 long via) {}

    @OuterMap(inner = Route.class, maxEntries = 8)
    record Routes(@U32 long tenant) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long at, @U8 int code) {}

    @OuterMap(inner = Event.class, maxEntries = 8)
    record Events(@U32 long tenant) {}

    @InnerMap(type = MapType.DEVMAP, maxEntries = 64)
    record Port(@Key @U32 int index, @U32 long device) {}

    @OuterMap(inner = Port.class, maxEntries = 8)
    record Ports(@U32 long tenant) {}

    @BpfMap(type = MapType.STACK_TRACE, maxEntries = 64)
    record Stack(@Key @U32 long id, @U64 @Size(16) long[] addresses) {}

    @BpfMap(type = MapType.SOCKMAP, maxEntries = 64)
    record Peer(@Key @U32 int index) {}

    @SpinLock
    @InnerMap(type = MapType.SK_STORAGE, flags = MapFlag.CLONE)
    record Session(@U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Session.class, maxEntries = 8)
    record Sessions(@U32 long tenant) {}

    @BpfMap(type = MapType.TASK_STORAGE)
    record Job(@U64 long runs) {}

    @BpfMap(type = MapType.USER_RINGBUF, maxEntries = 4096)
    record Command(@U32 long number) {}
}
