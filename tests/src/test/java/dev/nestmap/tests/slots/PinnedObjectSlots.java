/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The same as {@link ObjectSlots}, with a pin. */
@BpfObject(value = "pinned_object_slots", existing = true)
public interface PinnedObjectSlots {
    @InnerMap(instances = {"gold", "silver"})
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, pin = "tenant")
    record Tenant(@U32 long id) {}
}
