/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.HashAccessor;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The map in which programs count inserts that failed because an inner map was full. Generated helpers count in a map whose record names
 * the record of the inner maps:
 *
 * <pre>{@code
 * @BpfMap(maxEntries = 4096, pin = "lost_flows", lostInsertsOf = Flow.class)
 * record LostFlows(@Key @U32 long map, @U64 long count) {}
 *
 * Shipper.start(bpf.tenant(), kafka, options, LostInserts.in(bpf.lostFlows(), LostFlows::count));
 * }</pre>
 *
 * <p>The map needs an entry for each inner map that overflows between two rotations. If it is full, the shipper sends {@link
 * Part#NOT_COUNTED}.
 */
public final class LostInserts {
    private final HashAccessor<Long, ?> counts;
    private final ToLongFunction<Long> count;

    private LostInserts(HashAccessor<Long, ?> counts, ToLongFunction<Long> count) {
        this.counts = counts;
        this.count = count;
    }

    /**
     * Reads counts from a map.
     *
     * @param counts the map, by the kernel id of the inner map
     * @param count the count of an entry
     * @param <E> type of the entries
     * @return the counts
     */
    public static <E> LostInserts in(HashAccessor<Long, E> counts, ToLongFunction<? super E> count) {
        return new LostInserts(counts, id -> {
            E entry = counts.getAll(List.of(id)).get(id);
            if (entry != null) {
                return count.applyAsLong(entry);
            }
            return counts.count() < counts.maxEntries() ? 0 : Part.NOT_COUNTED;
        });
    }

    /** Returns the number of failed inserts into an inner map; {@link Part#NOT_COUNTED} if it is not known. */
    long of(int mapId) {
        return count.applyAsLong((long) mapId);
    }

    /** Removes the count of a shipped inner map. */
    void forget(int mapId) {
        counts.removeAll(List.of((long) mapId));
    }
}
