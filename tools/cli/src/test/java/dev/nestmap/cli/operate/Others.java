/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.kernel.Timer;

/** Outer maps of other kinds, which no program uses. */
@BpfObject("others")
public interface Others {
    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 4)
    record Share(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Share.class, maxEntries = 8)
    record Spread(@U32 long id) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Cell(@Key @U32 int index, @U64 long packets) {}

    @OuterMap(inner = Cell.class, maxEntries = 256)
    record CellsBy(@U32 long id) {}

    @Timer
    @InnerMap(maxEntries = 16)
    record Session(@Key @U32 long id, @U64 long seen) {}

    @OuterMap(inner = Session.class, maxEntries = 4)
    record SessionBy(@U32 long id) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long number) {}

    @OuterMap(inner = Event.class, maxEntries = 8)
    record EventsBy(@U32 long tenant) {}

    @InnerMap(maxEntries = 16, flags = MapFlag.RDONLY_PROG)
    record Limit(@Key @U32 long port, @U64 long rate) {}

    @OuterMap(inner = Limit.class, maxEntries = 8)
    record Plan(@U32 long customer) {}
}
