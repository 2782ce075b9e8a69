/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.InnerMapsOnDemand;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps whose operations are observed. */
@BpfObject("observed")
interface Observed {
    @Name("guest")
    @InnerMap(maxEntries = 4)
    record Guest(
            @Key @U32 long number, @U64 long nights, @U64 long price) {}

    @InnerMapsOnDemand
    @Name("room")
    @OuterMap(inner = Guest.class, maxEntries = 4)
    record Room(@U32 long number) {}
}
