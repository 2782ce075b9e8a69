/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Small inner maps, and a map in which programs count inserts into them that failed. */
@BpfObject("lost_inserts")
public interface LostInserts {
    @InnerMap(maxEntries = 2)
    record Hit(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Hit.class, maxEntries = 4)
    record Guest(@U32 long port) {}

    @BpfMap(maxEntries = 16, lostInsertsOf = Hit.class)
    record LostHits(@Key @U32 long map, @U64 long count) {}
}
