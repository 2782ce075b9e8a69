/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version of {@link Kept}, with another inner map. */
@BpfObject(value = "kept_later", was = "kept")
public interface KeptLater {
    /** A map that the object itself pins. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1, pinByName = true)
    record Setting(@Key @U32 long index, @U64 long value) {}

    /** An entry of an inner map. */
    @InnerMap(maxEntries = 16)
    record Count(
            @Key @U32 long id,
            @U64 long drops,
            @U64 long packets,
            @U64 long bytes) {}

    /** The key of an outer map. */
    @OuterMap(inner = Count.class, maxEntries = 4, pin = "tenant")
    record Tenant(@U32 long id) {}

    /** The key of an outer map that shares an inner map of the other one. */
    @OuterMap(inner = Count.class, maxEntries = 4, pin = "other")
    record Other(@U32 long id) {}

    /** The key of an outer map that programs ask for inner maps. */
    @InnerMapsOnDemand(maxPending = 8)
    @OuterMap(inner = Count.class, maxEntries = 4, pin = "site")
    record Site(@U32 long id) {}
}
