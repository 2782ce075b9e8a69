/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.BpfProgram;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The maps of the application under test. */
@BpfObject("visits")
@BpfProgram(value = "count", section = "xdp")
interface Visits {
    @InnerMap(maxEntries = 16)
    record Visit(@Key @U32 long page, @U64 long count) {}

    @BpfMap(type = MapType.ARRAY, maxEntries = 1, pin = "total")
    record Total(@Key @U32 long index, @U64 long visits) {}

    @OuterMap(inner = Visit.class, maxEntries = 4, pin = "site")
    record Site(@U32 long number) {}
}
