/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.U8;

/** Outer maps of both types whose inner maps are created on demand. */
@BpfObject("demand")
public interface Demand {
    int LANES = 8;
    int PENDING_SITES = 4;
    int TENANTS = 32768;
    int GUESTS = 4096;
    int HOST_SIZE = 16;

    @InnerMap(maxEntries = 4)
    record Visit(@Key @U32 long source, @U64 long packets) {}

    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Cell(@Key @U32 long index, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = TENANTS)
    record Tenant(@U32 long id) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Cell.class, type = MapType.ARRAY_OF_MAPS, maxEntries = LANES)
    record Lane(@U32 long number) {}

    @InnerMapsOnDemand(maxPending = PENDING_SITES)
    @OuterMap(inner = Visit.class, maxEntries = 6, pin = "acme/site")
    record Site(@U32 long customer, @U8 int region) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = GUESTS, pin = "acme/guest")
    record Guest(@U32 long id) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = 6)
    record Host(@Size(HOST_SIZE) String name) {}
}
