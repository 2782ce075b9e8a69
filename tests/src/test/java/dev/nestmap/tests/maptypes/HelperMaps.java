/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.Ipv4Prefix;

/** An inner map of each type that has helpers, and an outer map for each. {@code helper_maps.bpf.c} calls every helper. */
@BpfObject("helper_maps")
interface HelperMaps {
    record Address(@U32 long host, @U32 long port) {}

    @InnerMap(maxEntries = 16)
    record Visit(
            @Key Address address, @U64 long packets, @U64 long bytes) {}

    @OuterMap(inner = Visit.class, maxEntries = 4)
    record Visits(@U32 long tenant) {}

    @OuterMap(inner = Visit.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record VisitsAt(@U32 long slot) {}

    @InnerMap(maxEntries = 16)
    record Mark(@Key Address address, @Be64 long first, @U64 long last) {}

    @OuterMap(inner = Mark.class, maxEntries = 4)
    record Marks(@U32 long tenant) {}

    @OuterMap(inner = Mark.class, type = MapType.ARRAY_OF_MAPS, maxEntries = 4)
    record MarksAt(@U32 long slot) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 16)
    record Recent(@Key @U32 long id, @Be64 long packets) {}

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

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, maxEntries = 8)
    record Traced(@U64 long id) {}

    @OuterMap(inner = Traced.class, maxEntries = 4)
    record Traces(@U32 long tenant) {}

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
}
