/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A pinned outer map with one inner map in two slots, which Nestmap fills at load. */
@BpfObject("shared_slots")
public interface SharedSlots {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "gold")
    @Slot(key = 4, name = "gold")
    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "tenant", fillAtLoad = true)
    record Tenant(@U32 long id) {}
}
