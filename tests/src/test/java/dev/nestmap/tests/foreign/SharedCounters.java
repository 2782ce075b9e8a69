/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Maps that other loaders find by their names. */
@BpfObject("shared_counters")
interface SharedCounters {
    @BpfMap(maxEntries = 8, pinByName = true)
    record Shared(@Key @U32 long id, @U64 long packets) {}

    @InnerMap(maxEntries = 8)
    record Own(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Own.class, maxEntries = 8, pinByName = true)
    record Group(@U32 long id) {}
}
