/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Plain maps, inner maps and outer maps whose size is given at load. */
@BpfObject("sized")
interface Sized {
    @InnerMap(sizedAtLoad = true)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, sizedAtLoad = true)
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, innerMaxEntries = 2)
    record Small(@U32 long id) {}

    @InnerMap(type = MapType.ARRAY, sizedAtLoad = true)
    record Counter(@Key @U32 int index, @U64 long count) {}

    @OuterMap(inner = Counter.class, maxEntries = 4)
    record Shard(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY, sizedAtLoad = true)
    record Total(@Key @U32 int index, @U64 long count) {}

    @InnerMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Event(@Key @U32 int cpu) {}

    @OuterMap(inner = Event.class, maxEntries = 2)
    record Sink(@U32 long id) {}

    @BpfMap(type = MapType.PERF_EVENT_ARRAY, sizedAtLoad = true)
    record Alone(@Key @U32 int cpu) {}
}
