/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.jdbc;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U16;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.Unit;
import java.net.Inet4Address;
import java.time.Instant;

/** A bill by customer. */
@BpfObject("usage")
interface Usage {
    @InnerMap(maxEntries = 4096)
    record Sender(
            @Key Inet4Address address,
            @U64 long packets,
            @U64 long bytes) {}

    @OuterMap(inner = Sender.class, maxEntries = 256, pin = "customer")
    record Customer(@U32 long number) {}

    @OuterMap(inner = Sender.class, maxEntries = 64)
    record FormerCustomer(@U32 long number) {}

    @InnerMap(type = MapType.PERCPU_HASH, maxEntries = 64)
    record CpuSender(
            @Key @U32 long address,
            @U64 long packets,
            @Unit(CTimeUnit.NANOS) Instant lastSeen) {
        CpuSender plus(CpuSender other) {
            return new CpuSender(
                    address, packets + other.packets, lastSeen.isAfter(other.lastSeen) ? lastSeen : other.lastSeen);
        }
    }

    @OuterMap(inner = CpuSender.class, maxEntries = 64)
    record CpuCustomer(@U32 long number) {}

    @InnerMap(type = MapType.LRU_HASH, maxEntries = 64)
    record Recent(@Key @U32 long address, @U64 long packets) {}

    @OuterMap(inner = Recent.class, maxEntries = 64)
    record RecentCustomer(@U32 long number) {}

    @InnerMap(maxEntries = 64)
    record Visit(@Key @U32 long source, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = 4096)
    record Site(@U32 long port) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = 64)
    record Host(@Size(8) String name) {}

    @InnerMap(type = MapType.RINGBUF, maxEntries = 4096)
    record Event(@U64 long user) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Event.class, maxEntries = 64)
    record Login(@U32 long host) {}

    /** Refuses a port that somebody has invented. */
    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = 64)
    record Listener(@U32 long host, @U16 int port) {
        public Listener {
            if (port == 0) {
                throw new IllegalArgumentException("nobody listens at port 0");
            }
        }
    }
}
