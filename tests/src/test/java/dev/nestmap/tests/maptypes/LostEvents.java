/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Small buffers, and inner maps with room for two entries. */
@BpfObject("lost_events")
public interface LostEvents {
    @InnerMap(maxEntries = 2)
    record Hit(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Hit.class, maxEntries = 4, pin = "guest", pinInners = true)
    record Guest(@U32 long port) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096, pin = "opened")
    record Opened(@U64 long number) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Sample(@U64 long number) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Step(@U64 long number) {}

    @OuterMap(inner = Step.class, maxEntries = 4)
    record Recorder(@U32 long tenant) {}
}
