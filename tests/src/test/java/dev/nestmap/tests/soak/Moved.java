/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.soak;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** A map that is migrated to {@link MovedLater} and back. */
@BpfObject("moved")
interface Moved {
    @Name("seat")
    @InnerMap(maxEntries = 64)
    record Seat(@Key @U32 long row, @U64 long taken, @U64 long price) {}

    @Name("hall")
    @OuterMap(inner = Seat.class, maxEntries = 8, pin = "soak/hall")
    record Hall(@U32 long id) {}
}
