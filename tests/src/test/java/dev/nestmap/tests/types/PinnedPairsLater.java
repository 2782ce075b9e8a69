/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** The next version of {@link PinnedPairs}: members changed places, a component has another name, and one is gone. */
@BpfObject
interface PinnedPairsLater {
    record Times(@U64 long first) {}

    record Octets(@U64 long sent) {}

    @BpfMap(maxEntries = 4, pin = "pair")
    record Pair(
            @Key @U32 long id,
            @Anonymous Octets octets,
            @Anonymous Times times) {}

    @BpfMap(maxEntries = 4, pin = "total")
    record Total(@Key @U32 long id, @U64 long visitors, @U64 long frames) {}

    @BpfMap(maxEntries = 4, pin = "visit")
    record Visit(@Key @U32 long id, @U64 long seen, @U64 long left) {}
}
