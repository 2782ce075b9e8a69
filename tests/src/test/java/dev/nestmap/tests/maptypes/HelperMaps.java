/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.Ipv4Prefix;

/** An inner map of each type that has helpers, and an outer map for each. {@code helper_maps.bpf.c} calls every helper. */
@BpfObject("helper_maps")
@SuppressWarnings("ArrayRecordComponent") // a stack is an array
interface HelperMaps {
    record Address(@U32 long host, @U32 long port) {}

    @InnerMap(maxEntries = 16)
    record Visit(
            @Key Address address, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Visit.class, maxEntries = 4)
    record Visits(@U32 long tenant) {}

    @OuterMap(inner = Visit.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record VisitsAt(@U32 long slot) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Recent.class, maxEntries = 4)
    record Recents(@U32 long tenant) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 16)
    record Step(@Key @U32 long index, @U64 long count) {}

    @OuterMap(inner = Step.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record Steps(@U32 long slot) {}

    @InnerMap(type = MapType.HASH, flags = MapFlag.RDONLY_PROG, maxEntries = 16)
    record Limit(@Key @U32 long id, @U64 long most) {}

    @OuterMap(inner = Limit.class, maxEntries = 4)
    record Limits(@U32 long tenant) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 16)
    record Hit(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Hit.class, maxEntries = 4)
    record Hits(@U32 long tenant) {}

    @InnerMap(type = MapType.LRU_PERCPU_HASH, maxEntries = 16)
    record Last(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Last.class, maxEntries = 4)
    record Lasts(@U32 long tenant) {}

    @InnerMap(type = MapType.PERCPU_ARRAY, maxEntries = 4)
    record Share(@Key @U32 long index, @U64 long count) {}

    @OuterMap(inner = Share.class, maxEntries = 4)
    record Shares(@U32 long tenant) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 16)
    record Route(@Key Ipv4Prefix prefix, @U64 long via) {}

    @OuterMap(inner = Route.class, maxEntries = 4)
    record Routes(@U32 long tenant) {}

    @InnerMap(type = MapType.QUEUE, maxEntries = 4)
    record Job(@U64 long id) {}

    @OuterMap(inner = Job.class, maxEntries = 4)
    record Jobs(@U32 long tenant) {}

    @InnerMap(type = MapType.STACK, maxEntries = 4)
    record Frame(@U64 long id) {}

    @OuterMap(inner = Frame.class, maxEntries = 4)
    record Frames(@U32 long tenant) {}

    @InnerMap(type = MapType.BLOOM_FILTER, maxEntries = 16)
    record Seen(@U64 long id) {}

    @OuterMap(inner = Seen.class, maxEntries = 4)
    record Seens(@U32 long tenant) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long id) {}

    @OuterMap(inner = Event.class, maxEntries = 4)
    record Events(@U32 long tenant) {}

    @InnerMap(type = MapType.USER_RINGBUF, maxEntries = 4096)
    record Command(@U64 long id) {}

    @OuterMap(inner = Command.class, maxEntries = 4)
    record Commands(@U32 long tenant) {}

    @InnerMap(type = MapType.DEVMAP, maxEntries = 8)
    record Port(@Key @U32 long index, @U32 long device) {}

    @OuterMap(inner = Port.class, maxEntries = 4)
    record Ports(@U32 long tenant) {}

    @InnerMap(type = MapType.DEVMAP_HASH, maxEntries = 8)
    record Device(@Key @U32 long number, @U32 long device) {}

    @OuterMap(inner = Device.class, maxEntries = 4)
    record Devices(@U32 long tenant) {}

    @InnerMap(type = MapType.CPUMAP, maxEntries = 8)
    record Worker(@Key @U32 long cpu, @U32 long queue) {}

    @OuterMap(inner = Worker.class, maxEntries = 4)
    record Workers(@U32 long tenant) {}

    @InnerMap(type = MapType.XSKMAP, maxEntries = 8)
    record Ring(@Key @U32 long queue) {}

    @OuterMap(inner = Ring.class, maxEntries = 4)
    record Rings(@U32 long tenant) {}

    @InnerMap(type = MapType.SOCKMAP, maxEntries = 8)
    record Peer(@Key @U32 long index) {}

    @OuterMap(inner = Peer.class, maxEntries = 4)
    record Peers(@U32 long tenant) {}

    @InnerMap(type = MapType.SOCKHASH, maxEntries = 8)
    record Client(@Key Address address) {}

    @OuterMap(inner = Client.class, maxEntries = 4)
    record Clients(@U32 long tenant) {}

    @InnerMap(type = MapType.REUSEPORT_SOCKARRAY, maxEntries = 8)
    record Listener(@Key @U32 long index) {}

    @OuterMap(inner = Listener.class, maxEntries = 4)
    record Listeners(@U32 long tenant) {}

    @InnerMap(type = MapType.CGROUP_ARRAY, maxEntries = 8)
    record Group(@Key @U32 long index) {}

    @OuterMap(inner = Group.class, maxEntries = 4)
    record Groups(@U32 long tenant) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Counter(@Key @U32 long cpu) {}

    @OuterMap(inner = Counter.class, maxEntries = 4)
    record Counters(@U32 long tenant) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Traced(@U64 long id) {}

    @OuterMap(inner = Traced.class, maxEntries = 4)
    record Traces(@U32 long tenant) {}

    @InnerMap(type = MapType.STACK_TRACE, maxEntries = 8)
    record Stack(@Key @U32 long id, @U64 @Size(127) long[] addresses) {}

    @OuterMap(inner = Stack.class, maxEntries = 4)
    record Stacks(@U32 long tenant) {}

    @InnerMap(type = MapType.SK_STORAGE)
    record Session(@U64 long packets) {}

    @OuterMap(inner = Session.class, maxEntries = 4)
    record Sessions(@U32 long tenant) {}

    @InnerMap(type = MapType.TASK_STORAGE)
    record Work(@U64 long runs) {}

    @OuterMap(inner = Work.class, maxEntries = 4)
    record Works(@U32 long tenant) {}

    @InnerMap(type = MapType.CGRP_STORAGE)
    record Budget(@U64 long left) {}

    @OuterMap(inner = Budget.class, maxEntries = 4)
    record Budgets(@U32 long tenant) {}

    @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
    record Stage(@Key @U32 long index) {}
}
