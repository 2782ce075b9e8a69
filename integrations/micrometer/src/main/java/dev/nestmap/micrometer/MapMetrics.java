/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.ReadableAccessor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * Metrics of the entries of one map. {@link CounterMetric} and {@link GaugeMetric} mark the measured components, {@link MetricLabel} marks
 * components of the key. A scrape of the registry reads the map, at most every five seconds. {@link InnerMapMetrics} does the same for inner maps.
 *
 * <p>The first update adds all counts of the entries. A counter never goes down: if an entry has a lower count than at the last update, it
 * was removed and created again, so its whole count is added. Counts between the last update and the removal of an entry are lost.
 *
 * <p>Any thread may use it.
 */
public final class MapMetrics {
    /** Default limit for label sets with separate series. */
    public static final int DEFAULT_LIMIT = 1000;

    private final ReadableAccessor<?, ?> map;
    private final EntryMeters meters;
    private final ReportedCounts counted;
    private final UpdateOnRead updateOnRead;

    /**
     * Creates metrics with at most {@link #DEFAULT_LIMIT} series for each meter.
     *
     * @param registry where the meters are registered
     * @param map the map
     * @param entry the record of the map
     * @param tags additional tags of all meters: keys and values alternate
     * @throws IllegalArgumentException if the record has no metric, or if a component can't be one
     */
    public MapMetrics(
            MeterRegistry registry, ReadableAccessor<?, ?> map, Class<? extends Record> entry, String... tags) {
        this(registry, map, entry, DEFAULT_LIMIT, tags);
    }

    /**
     * Creates metrics, and reads the map for the first time.
     *
     * @param registry where the meters are registered
     * @param map the map
     * @param entry the record of the map
     * @param limit largest number of label sets with separate series. All others share one series, whose labels are {@code other}
     * @param tags additional tags of all meters: keys and values alternate
     * @throws IllegalArgumentException if the record has no metric, if a component can't be one, or if the limit is less than 1
     */
    public MapMetrics(
            MeterRegistry registry,
            ReadableAccessor<?, ?> map,
            Class<? extends Record> entry,
            int limit,
            String... tags) {
        this.map = map;
        this.updateOnRead = new UpdateOnRead(map.name(), this::update, this::series);
        this.meters = new EntryMeters(registry, null, entry, limit, Tags.of(tags));
        this.counted = new ReportedCounts(meters);
        updateOnRead.register(registry, Tags.of(tags));
    }

    /**
     * Reads the map and updates the meters now. Without a call, they are updated when the registry is scraped or published, at most every
     * five seconds.
     *
     * @throws dev.nestmap.runtime.error.BpfException if the map can't be read, or if the bytes are not a valid value of the record
     */
    public synchronized void update() {
        meters.beginMeasuring();
        try {
            counted.read(map, null, true);
        } finally {
            meters.showGauges(); // an entry that can't be decoded must not hide the others
        }
        updateOnRead.updated();
    }

    private synchronized int series() {
        return meters.series();
    }
}
