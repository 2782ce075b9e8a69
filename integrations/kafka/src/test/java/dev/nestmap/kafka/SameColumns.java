/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.Size;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Entries whose columns would have the same name. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
@BpfObject("same_columns")
interface SameColumns {
    record Inner(@U64 long b) {}

    @InnerMap(maxEntries = 16)
    record Count(
            @Key @U32 long id, Inner a, @U64 @Name("a_b") long other) {}

    @OuterMap(inner = Count.class, maxEntries = 4)
    record Tenant(@U32 long id) {}

    record Slot(Inner a, @U64 @Name("a_b") long other) {}

    @InnerMap(maxEntries = 16)
    record Slots(@Key @U32 long id, @Size({2, 2}) Slot[][] slots) {}

    @OuterMap(inner = Slots.class, maxEntries = 4)
    record Region(@U32 long id) {}
}
