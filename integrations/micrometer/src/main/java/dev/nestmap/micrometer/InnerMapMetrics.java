/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.binding.Bindings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of the entries of all inner maps of an outer map, like {@link MapMetrics}. Components of the outer map's key may also have a
 * {@link MetricLabel}.
 *
 * <p><b>Rotation.</b> {@link #update} reads only the maps in slots. Before you acknowledge a displaced map, pass it to {@link #add}: it
 * contains the counts since the last update. The counters then contain each count once, even if updates and rotations happen at the same
 * time. If a map is acknowledged without {@code add}, these counts are lost. Counters never go down.
 *
 * <p>Any thread may use it.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 */
public final class InnerMapMetrics<K, M extends ReadableAccessor<?, ?>> {
    private final OuterAccessor<K, M, ?> outer;
    private final EntryMeters meters;
    private final UpdateOnRead updateOnRead;

    /** The counts of each map in a slot or displaced that the counters already contain, by the map's id. */
    private final Map<Integer, ReportedCounts> counted = new HashMap<>();

    /**
     * Creates metrics with at most {@link MapMetrics#DEFAULT_LIMIT} series for each meter.
     *
     * @param registry where the meters are registered
     * @param outer the outer map
     * @param key the record of the outer map
     * @param entry the record of its inner maps
     * @param tags additional tags of all meters: keys and values alternate
     * @throws IllegalArgumentException if the record of the inner maps has no metric, or if a component can't be one
     */
    public InnerMapMetrics(
            MeterRegistry registry,
            OuterAccessor<K, M, ?> outer,
            Class<? extends Record> key,
            Class<? extends Record> entry,
            String... tags) {
        this(registry, outer, key, entry, MapMetrics.DEFAULT_LIMIT, tags);
    }

    /**
     * Creates metrics, and reads the maps for the first time.
     *
     * @param registry where the meters are registered
     * @param outer the outer map
     * @param key the record of the outer map
     * @param entry the record of its inner maps
     * @param limit largest number of label sets with separate series. All others share one series, whose labels are {@code other}
     * @param tags additional tags of all meters: keys and values alternate
     * @throws IllegalArgumentException if the record of the inner maps has no metric, if a component can't be one, or if the limit is less
     *     than 1
     */
    public InnerMapMetrics(
            MeterRegistry registry,
            OuterAccessor<K, M, ?> outer,
            Class<? extends Record> key,
            Class<? extends Record> entry,
            int limit,
            String... tags) {
        this.outer = outer;
        this.updateOnRead = new UpdateOnRead(outer.name(), this::update, this::series);
        Bindings.ofOuterMap(outer).keepIds();
        this.meters = new EntryMeters(registry, key, entry, limit, Tags.of(tags));
        updateOnRead.register(registry, Tags.of(tags));
    }

    /**
     * Reads the inner maps and updates the meters now. Without a call, they are updated when the registry is scraped or published, at most
     * every five seconds.
     *
     * @throws dev.nestmap.runtime.error.BpfException if a map can't be read, or if the bytes are not a valid value of the record
     */
    public synchronized void update() {
        meters.beginMeasuring();
        Set<Integer> inSlots = new HashSet<>();
        AtomicReference<@Nullable BpfException> failure = new AtomicReference<>();
        try {
            outer.forEach((key, map) -> {
                if (inSlots.add(map.id())) { // a shared map is in several slots
                    try {
                        read(key, map);
                    } catch (BpfException e) { // one map must not hide the others
                        failure.compareAndSet(null, e);
                    }
                }
            });
        } finally {
            meters.showGauges(); // a key that can't be decoded must not hide the other maps
        }
        // The number is read after the slots, so it includes every map that has left its slot meanwhile.
        if (outer.waitingCount() == 0) {
            counted.keySet().retainAll(inSlots);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        updateOnRead.updated();
    }

    private synchronized int series() {
        return meters.series();
    }

    private void read(K key, M map) {
        try {
            counted.computeIfAbsent(map.id(), absent -> new ReportedCounts(meters))
                    .read(map, key, true);
        } catch (InvalidHandleException e) {
            // The map has left its slot. If it is drained, add() counts the rest.
        }
    }

    /**
     * Adds the counts of a displaced map, except counts that an update has already added. Call it once for each map,
     * after the last write of a program and before the map is acknowledged.
     *
     * @param key the former key of the map
     * @param drained the map
     * @throws dev.nestmap.runtime.error.BpfException if the map can't be read, or if the bytes are not a valid value of the record
     */
    public synchronized void add(K key, M drained) {
        // Stored before the read: if it fails, the next drain passes the map again.
        counted.computeIfAbsent(drained.id(), absent -> new ReportedCounts(meters))
                .read(drained, key, false);
        counted.remove(drained.id());
    }
}
