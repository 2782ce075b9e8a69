/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.util.List;
import java.util.Map;

/**
 * The entries of a drained inner map in one Kafka message. A map with many entries is sent in several parts.
 *
 * <p>A consumer that reads only committed messages ({@code isolation.level=read_committed}) sees each part once. If another transport
 * delivers a part twice, {@link #position} shows it. {@link SeenParts} also finds parts that Kafka has deleted.
 *
 * @param map identity of the drained map
 * @param key key of the map's former slot
 * @param labels labels of the key, which the shipper's process {@link Shipper#start(dev.nestmap.runtime.OuterAccessor, Map, ShipperOptions,
 *     java.util.function.Function) has added}
 * @param position place among all parts of the shipper
 * @param number number of this part, from 1 to {@code parts}
 * @param parts number of parts of this map
 * @param full whether the map was full when it was taken out, so that inserts of programs may have failed
 * @param lostInserts number of failed inserts into the map, 0 or more, the same in each of its parts; {@link #NOT_COUNTED} or {@link #UNKNOWN}
 *     otherwise
 * @param entries the entries of this part
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries; for a per-CPU map, a list with one record for each CPU
 */
public record Part<K, E>(
        MapIdentity map,
        K key,
        Map<String, String> labels,
        PartPosition position,
        int number,
        int parts,
        boolean full,
        long lostInserts,
        List<E> entries) {
    /** {@link #lostInserts} of a map whose programs do not count failed inserts. */
    public static final long NOT_COUNTED = -1;

    /**
     * {@link #lostInserts} of a map whose programs count failed inserts, if their table was full or can't be read; or of a map with another
     * {@linkplain dev.nestmap.runtime.Displaced#doubts doubt} for which no lost insert is known.
     */
    public static final long UNKNOWN = -2;

    /**
     * Returns whether the entries contain all counts of the programs. If not, a total with them is a lower bound. If programs do not count
     * failed inserts, a map counts as exact unless it is full. This is correct if programs delete no entries and the map's memory is
     * preallocated (no {@code NO_PREALLOC}).
     *
     * @return false if a count was lost, or may have been lost
     */
    public boolean isExact() {
        return isExact(lostInserts, full);
    }

    static boolean isExact(long lostInserts, boolean full) {
        return lostInserts == NOT_COUNTED ? !full : lostInserts == 0;
    }
}
