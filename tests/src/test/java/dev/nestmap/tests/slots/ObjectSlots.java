/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Slot;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A pinned outer map whose slots libbpf fills from the object file. */
@BpfObject("object_slots")
public interface ObjectSlots {
    @InnerMap(maxEntries = 16)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @Slot(key = 0, name = "gold")
    @Slot(key = 4, name = "silver")
    @OuterMap(inner = Flow.class, maxEntries = 8, pin = "tenant", pinInners = false)
    record Tenant(@U32 long id) {}
}
