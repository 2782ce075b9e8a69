/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How often programs missed keys of an {@code @InnerMapsOnDemand} outer map, between two moments. The counts are final, and each miss is in exactly
 * one report or in {@link #lostSoFar}. If the listener of the {@link OnDemandServer} throws, the server passes the same report again, with the same
 * identity. If the outer map is pinned, so does the next server after a crash. So store the identity and the counts in one transaction, and skip an
 * identity that is stored already.
 *
 * @param <K> type of the keys
 */
public final class MissReport<K> {
    private final Supplier<MapIdentity> identity;
    private final Map<K, Long> missed;
    private final long refused;
    private final long waiting;
    private final long lostSoFar;
    private final boolean isExact;

    MissReport(
            Supplier<MapIdentity> identity,
            Map<K, Long> missed,
            long refused,
            long waiting,
            long lostSoFar,
            boolean isExact) {
        this.identity = identity;
        this.missed = Collections.unmodifiableMap(new LinkedHashMap<>(missed));
        this.refused = refused;
        this.waiting = waiting;
        this.lostSoFar = lostSoFar;
        this.isExact = isExact;
    }

    /**
     * Creates a report from saved misses, for example from a file of {@code nestmap drain}.
     *
     * @param identity the identity of the table in which programs counted them
     * @param missed the misses of each key
     * @param refused the misses of keys that you don't accept
     * @param isExact whether the table had all misses
     * @param <K> type of the keys
     * @return a report in which no keys wait, and {@link #lostSoFar} is 0
     */
    public static <K> MissReport<K> of(MapIdentity identity, Map<K, Long> missed, long refused, boolean isExact) {
        return new MissReport<>(() -> identity, missed, refused, 0, 0, isExact);
    }

    /**
     * Identifies the report among the reports and displaced inner maps of all machines. It is the identity of the table in which programs
     * counted these misses.
     *
     * @return the identity
     * @throws BpfException if nothing names the machine: see {@link MapIdentity#machineId}
     */
    public MapIdentity identity() {
        return identity.get();
    }

    /** {@return the keys that have an inner map now, each with the number of its misses; 0 for a key that only user space requested} */
    public Map<K, Long> missed() {
        return missed;
    }

    /**
     * Counts the misses of keys that the listener has not {@linkplain OnDemandServer.Listener#accepts accepted}, or whose bytes are not a valid key
     * of the record.
     *
     * @return the number of misses
     */
    public long refused() {
        return refused;
    }

    /**
     * Counts the misses of keys whose inner map could not be created yet, and may be created later.
     *
     * @return the number of misses
     */
    public long waiting() {
        return waiting;
    }

    /** {@return the number of all misses in this report: those of keys with an inner map, of refused keys, and of keys that still wait for a map} */
    public long total() {
        return missed.values().stream().mapToLong(Long::longValue).sum() + refused + waiting;
    }

    /**
     * Counts the misses that are in no report, because the table was full ({@code maxPending} keys), or because the key is beyond the last
     * index of an {@code ARRAY_OF_MAPS}. The count starts with the load of the object. If the outer map is pinned, it starts with the
     * creation of the outer map. The number never falls, so store only the largest number.
     *
     * @return the number of misses
     */
    public long lostSoFar() {
        return lostSoFar;
    }

    /**
     * {@return whether the report has all misses} False if a rotation does not wait for all programs that use the table, for example because they are
     * sleepable. They may have added misses later.
     */
    public boolean isExact() {
        return isExact;
    }

    @Override
    public String toString() {
        return "missed " + missed + ", refused " + refused + ", waiting " + waiting + ", lost so far " + lostSoFar;
    }
}
