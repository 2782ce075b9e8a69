/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;

/**
 * A displaced inner map that is not acknowledged yet.
 *
 * @param entries the map, to read its entries
 * @param acknowledge ends its ticket, because its entries are committed
 * @param giveBack gives its ticket back, so that the outer map passes it again
 * @param lostInserts number of failed inserts into the map; {@link #NOT_COUNTED} if programs do not count them, {@link #UNKNOWN} if it is not known
 */
record UnshippedMap(
        MapIdentity identity,
        ReadableAccessor<?, ?> entries,
        Runnable acknowledge,
        Runnable giveBack,
        long lostInserts) {
    static final long NOT_COUNTED = -1;
    static final long UNKNOWN = -2;

    /** Returns whether every entry exists from the start. */
    boolean isArray() {
        return entries.type().endsWith("ARRAY");
    }

    /** Returns whether a map with this many entries has no room for another entry. A map that evicts entries counts as full. */
    boolean isFull(long count) {
        return !isArray() && (count >= entries.maxEntries() || evictsEntries(entries));
    }

    /** Returns whether a full map evicts old entries, so that it loses entries although no insert fails. */
    static boolean evictsEntries(ReadableAccessor<?, ?> map) {
        return map.type().startsWith("LRU");
    }

    /**
     * Returns whether this number of entries contains all inserts of programs. If programs do not count failed inserts, a map counts as exact unless it is
     * full. This is correct if programs delete no entries and the map's memory is preallocated (no {@code NO_PREALLOC}).
     */
    boolean isExact(long count) {
        return lostInserts == NOT_COUNTED ? !isFull(count) : lostInserts == 0;
    }
}
