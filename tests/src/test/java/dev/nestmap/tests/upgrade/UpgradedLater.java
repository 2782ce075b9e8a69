/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.upgrade;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.Omittable;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The version after an upgrade. */
@BpfObject(value = "upgraded_later", was = "upgraded")
public interface UpgradedLater {
    /** A map beside the outer map. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 1, pin = "all")
    record All(
            @Key @U32 long index,
            @Omittable @U64 long drops,
            @U64 long packets,
            @U64 long bytes) {}

    /** An entry of an inner map. */
    @InnerMap(maxEntries = 16)
    record Count(
            @Key @U32 long id,
            @Omittable @U64 long drops,
            @U64 long packets,
            @U64 long bytes) {}

    /** The key of the outer map. */
    @OuterMap(inner = Count.class, maxEntries = 8, pin = "tenant")
    record Tenant(@U32 long id) {}
}
