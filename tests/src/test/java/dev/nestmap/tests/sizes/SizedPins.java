/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.sizes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Pinned plain maps, inner maps and outer maps whose size is given at load. */
@BpfObject("sized_pins")
public interface SizedPins {
    @InnerMap(sizedAtLoad = true)
    record Flow(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Flow.class, sizedAtLoad = true, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @OuterMap(inner = Flow.class, maxEntries = 4, pin = "acme/site")
    record Site(@U32 long id) {}

    @BpfMap(type = MapType.ARRAY, sizedAtLoad = true, pin = "acme/total")
    record Total(@Key @U32 int index, @U64 long count) {}
}
