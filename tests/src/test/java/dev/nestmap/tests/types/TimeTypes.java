/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Be64;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.S32;
import dev.nestmap.annotations.S64;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.Unit;
import java.time.Duration;
import java.time.Instant;

/** Durations and points in time in every unit. */
@BpfObject("time_types")
interface TimeTypes {
    @BpfMap(maxEntries = 4)
    record Times(
            @Key @Unit(CTimeUnit.SECONDS) Instant day,
            @Unit(CTimeUnit.NANOS) Duration uptime,
            @Unit(CTimeUnit.MICROS) @S64 Duration offset,
            @Unit(CTimeUnit.MILLIS) @U32 Duration timeout,
            @Unit(CTimeUnit.SECONDS) @S32 Instant modified,
            @Unit(CTimeUnit.NANOS) @Be64 Instant received,

            @Unit(CTimeUnit.MILLIS) @U32 @Size(2) @SuppressWarnings("ArrayRecordComponent")
            Duration[] waits) {}
}
