/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.slots;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Somebody else's object with an outer map whose slots libbpf fills. */
@BpfObject(value = "object_slots", existing = true)
public interface ObjectSlots {
    @InnerMap(instances = {"gold", "silver"})
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class)
    record Tenant(@U32 long id) {}
}
