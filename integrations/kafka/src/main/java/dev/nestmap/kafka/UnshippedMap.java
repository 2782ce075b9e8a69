/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.Map;

/**
 * A displaced inner map that is not acknowledged yet.
 *
 * @param entries the map, to read its entries
 * @param acknowledge ends its ticket, because its entries are committed
 * @param giveBack gives its ticket back, so that the outer map passes it again
 * @param lostInserts number of failed inserts into the map; {@link Part#NOT_COUNTED} if programs do not count them, {@link Part#UNKNOWN} if it is not known
 * @param labels of the key, for consumers
 */
record UnshippedMap(
        MapIdentity identity,
        ReadableAccessor<?, ?> entries,
        Runnable acknowledge,
        Runnable giveBack,
        long lostInserts,
        Map<String, String> labels) {
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

    /** Returns whether this number of entries contains all inserts of programs, as far as is known. */
    boolean isExact(long count) {
        return Part.isExact(lostInserts, isFull(count));
    }
}
