/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.soak;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Packets by tenant and flow, and those for which there was no inner map. */
@BpfObject("soaked")
interface Soaked {
    @InnerMap(maxEntries = 256)
    record Flow(@Key @U32 long port, @U64 long packets) {}

    @OuterMap(inner = Flow.class, maxEntries = 64, pin = "soak/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.PERCPU_ARRAY, maxEntries = 1)
    record Missed(@Key @U32 int index, @U64 long packets) {}
}
