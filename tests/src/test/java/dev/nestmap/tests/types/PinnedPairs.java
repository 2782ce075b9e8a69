/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.Name;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;

/** Pinned plain maps, one of them with two unnamed members of the same size. */
@BpfObject
interface PinnedPairs {
    record Times(@U64 long first) {}

    record Octets(@U64 long sent) {}

    @BpfMap(maxEntries = 4, pin = "pair")
    record Pair(
            @Key @U32 long id,
            @Anonymous Times times,
            @Anonymous Octets octets) {}

    @BpfMap(maxEntries = 4, pin = "total")
    record Total(@Key @U32 long id, @U64 long hits, @U64 long frames) {}

    @BpfMap(maxEntries = 4, pin = "visit")
    record Visit(
            @Key @U32 long id,
            @U64 long seen,
            @U64 long left,
            @U64 long lost) {}

    @InnerMap(maxEntries = 4)
    record Wish(@Key @U32 long id, @U64 long since) {}

    @Name("wanted")
    @OuterMap(inner = Wish.class, maxEntries = 4)
    record Want(@U32 long id) {}
}
