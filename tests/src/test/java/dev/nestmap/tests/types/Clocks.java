/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.Unit;
import java.time.Duration;

/** What a program read from its clocks. */
@BpfObject("clocks")
interface Clocks {
    @BpfMap(type = MapType.ARRAY, maxEntries = 1)
    record Reading(
            @Key @U32 int index,
            @U64 long monotonic,
            @Unit(CTimeUnit.NANOS) Duration boot) {}
}
