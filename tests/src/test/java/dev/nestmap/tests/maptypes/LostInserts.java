/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Inner maps with room for two entries. Programs count the inserts into them that fail. */
@BpfObject("lost_inserts")
public interface LostInserts {
    @InnerMap(maxEntries = 2, countsLostInserts = true)
    record Hit(@Key @U32 long id, @U64 long packets) {}

    @OuterMap(inner = Hit.class, maxEntries = 4, pin = "guest", pinInners = true)
    record Guest(@U32 long port) {}
}
