/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.util.List;

/**
 * Entries of one drained inner map, as one message of Kafka has them. A map with many entries is sent in several parts.
 *
 * <p>A consumer that reads committed messages only ({@code isolation.level=read_committed}) sees each part once. Any other carrier may
 * deliver a part twice; then {@link #map} and {@link #number} show that it is the same part.
 *
 * @param map identity of the drained map
 * @param key key of the slot that the map was taken out of
 * @param number number of this part, from 1 to {@code parts}
 * @param parts number of parts of this map
 * @param full whether the map was full when it was taken out. Then programs may have failed to insert entries
 * @param lostInserts how often programs failed to insert an entry into the map, 0 or more; -1 if the programs do not count that
 * @param entries the entries of this part
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries; for a per-CPU map a list with one record for each CPU
 */
public record Part<K, E>(
        MapIdentity map, K key, int number, int parts, boolean full, long lostInserts, List<E> entries) {
    /** {@link #lostInserts} of a map whose programs do not count failed inserts. */
    public static final long NOT_COUNTED = -1;

    /**
     * Whether the entries have everything that programs counted. If not, a total with them is a lower bound. Where programs do not count
     * failed inserts, a map that is not full counts as exact. This is correct if programs delete no entries and the map's memory is
     * allocated in advance (no {@code NO_PREALLOC}).
     *
     * @return false if an insert failed, or may have failed
     */
    public boolean isExact() {
        return isExact(lostInserts, full);
    }

    static boolean isExact(long lostInserts, boolean full) {
        return lostInserts == NOT_COUNTED ? !full : lostInserts == 0;
    }
}
