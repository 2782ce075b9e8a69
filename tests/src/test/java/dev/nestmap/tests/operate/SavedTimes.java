/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.CTimeUnit;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.Unit;
import java.time.Duration;

/** Times in inner maps. */
@BpfObject("saved_times")
public interface SavedTimes {
    @InnerMap(maxEntries = 8)
    record Wait(@Key @U32 long id, @Unit(CTimeUnit.NANOS) Duration time) {}

    @OuterMap(inner = Wait.class, maxEntries = 8)
    record Door(@U32 long id) {}
}
