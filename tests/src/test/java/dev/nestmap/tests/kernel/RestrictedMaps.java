/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.BpfMap;
import dev.nestmap.annotations.BpfObject;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.MapType;
import dev.nestmap.annotations.OuterMap;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U64;
import dev.nestmap.annotations.kernel.SpinLock;
import dev.nestmap.annotations.kernel.Timer;
import dev.nestmap.types.Ipv4Prefix;

/** Inner maps, and plain maps of the same kinds, that some types of program may not use. */
@BpfObject("restricted_maps")
interface RestrictedMaps {
    @SpinLock
    @InnerMap(maxEntries = 4)
    record Guarded(@Key @U32 long id, @U64 long count) {}

    @OuterMap(inner = Guarded.class, maxEntries = 4)
    record GuardedBy(@U32 long id) {}

    @SpinLock
    @BpfMap(maxEntries = 4)
    record PlainGuarded(@Key @U32 long id, @U64 long count) {}

    @Timer
    @InnerMap(maxEntries = 4)
    record Timed(@Key @U32 long id, @U64 long count) {}

    @OuterMap(inner = Timed.class, maxEntries = 4)
    record TimedBy(@U32 long id) {}

    @Timer
    @BpfMap(maxEntries = 4)
    record PlainTimed(@Key @U32 long id, @U64 long count) {}

    @InnerMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record Path(@Key Ipv4Prefix prefix, @U64 long count) {}

    @OuterMap(inner = Path.class, maxEntries = 4)
    record PathBy(@U32 long id) {}

    @BpfMap(type = MapType.LPM_TRIE, maxEntries = 4)
    record PlainPath(@Key Ipv4Prefix prefix, @U64 long count) {}
}
