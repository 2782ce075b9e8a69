/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.operate;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps that report what they lack. */
@BpfObject("reporting")
public interface Reporting {
    @InnerMap(maxEntries = 4)
    record Visit(@Key @U32 long source, @U64 long packets) {}

    @InnerMapsOnDemand
    @OuterMap(inner = Visit.class, maxEntries = 8, pin = "acme/guest")
    record Guest(@U32 long id) {}

    @InnerMap(maxEntries = 4)
    record Hit(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Hit.class, maxEntries = 8, pin = "acme/tenant")
    record Tenant(@U32 long id) {}

    @BpfMap(type = MapType.RINGBUF, maxEntries = 4096, pin = "events/opened")
    record Opened(@U64 long number) {}
}
