/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** The maps of the tests. */
@BpfObject("metered")
interface Metered {
    enum Protocol {
        TCP,
        UDP
    }

    record FlowKey(@U32 long source, @U8 Protocol protocol) {}

    @InnerMap(maxEntries = 64)
    record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Flow.class, maxEntries = 64)
    record Tenant(@U32 long port) {}

    @BpfMap(maxEntries = 8)
    record Queue(@Key @U32 long number, @U64 long length) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Opened(@U64 long number) {}
}
