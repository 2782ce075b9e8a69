/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapFlag;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.types.Ipv4Prefix;

/** Inner maps with room for four entries. Their program counts one packet for a tenant and a flow, whatever comes of it. */
@BpfObject("full_maps")
public interface FullMaps {
    @InnerMap(maxEntries = 4)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "tenant")
    record Tenant(@U32 long id) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 4)
    record Share(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Share.class, maxEntries = 8)
    record Spread(@U32 long id) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 4)
    record Recent(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Recent.class, maxEntries = 8)
    record Evicting(@U32 long id) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 4, flags = MapFlag.NO_PREALLOC)
    record Prefix(@Key Ipv4Prefix prefix, @U64 long packets) {}

    @OuterMap(inner = Prefix.class, maxEntries = 8)
    record Routed(@U32 long id) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Port(@Key @U32 int number, @U64 long packets) {}

    @OuterMap(inner = Port.class, maxEntries = 8)
    record Listed(@U32 long id) {}

    @InnerMap(type = MapType.QUEUE, maxEntries = 4)
    record Job(@U64 long number) {}

    @OuterMap(inner = Job.class, maxEntries = 8)
    record Worker(@U32 long id) {}

    /** Two outer maps share these, so helpers of the inner maps can't know which one refuses. */
    @InnerMap(maxEntries = 4)
    record Both(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(name = "ingress", inner = Both.class, maxEntries = 8)
    @OuterMap(name = "egress", inner = Both.class, maxEntries = 8)
    record Direction(@U32 long id) {}

    @InnerMap(maxEntries = 4)
    record Silent(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Silent.class, maxEntries = 8, countsFailedAdditions = false)
    record Quiet(@U32 long id) {}

    /** Each entry takes memory when it is added. */
    @InnerMap(maxEntries = 100_000, flags = MapFlag.NO_PREALLOC)
    record Peer(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Peer.class, maxEntries = 8)
    record Limited(@U32 long id) {}
}
