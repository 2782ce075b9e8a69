/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.managed;

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

/** Locks and timers, at each position that a value can have them. */
@BpfObject("managed")
public interface Managed {
    /** 64 bytes. A program sets all words to the same value. */
    record Words(long a, long b, long c, long d, long e, long f, long g, long h) {
        static Words all(long word) {
            return new Words(word, word, word, word, word, word, word, word);
        }

        boolean isWhole() {
            return equals(all(a));
        }
    }

    /** A value that is read and written under a lock. */
    @SpinLock
    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Locked(@Key @U32 int index, Words words) {}

    /** The same value without a lock. */
    @InnerMap(type = MapType.ARRAY, maxEntries = 4)
    record Torn(@Key @U32 int index, Words words) {}

    /** A lock before a component in a hash map, with a name of its own. */
    @SpinLock(name = "guard", before = "bytes")
    @InnerMap(maxEntries = 16)
    record Counted(
            @Key @U32 long id, @U64 long packets, @U64 long bytes) {}

    /** A single component. Without the timer it would have no struct of its own. */
    @Timer
    @InnerMap(maxEntries = 16)
    record Session(@Key @U32 long id, @U64 long seen) {}

    /** A lock and nothing else. */
    @SpinLock
    @BpfMap(type = MapType.ARRAY, maxEntries = 4)
    record Gate(@Key @U32 int index) {}

    /** Several fields. */
    @SpinLock
    @Timer(name = "deadline", before = "state")
    @BpfMap(maxEntries = 4)
    record Job(@Key int id, @U32 long owner, @U64 long state) {}

    /** Counts of timer runs, and of values that a program saw half written. */
    @BpfMap(type = MapType.ARRAY, maxEntries = 2)
    record Noted(@Key @U32 int index, @U64 long times) {}

    @OuterMap(inner = Locked.class, maxEntries = 4)
    record LockedBy(@U32 long id) {}

    @OuterMap(type = MapType.ARRAY_OF_MAPS, inner = Locked.class, maxEntries = 4)
    record LockedAt(@U32 long id) {}

    @OuterMap(inner = Torn.class, maxEntries = 4)
    record TornBy(@U32 long id) {}

    @OuterMap(inner = Counted.class, maxEntries = 4)
    record CountedBy(@U32 long id) {}

    @OuterMap(inner = Session.class, maxEntries = 4)
    record SessionBy(@U32 long id) {}
}
