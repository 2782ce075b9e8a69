/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Updates the meters of entries when a registry reads the gauge {@code nestmap.metrics.series}, at most once in {@link #INTERVAL}. The
 * registry shows what it read before the gauge as of the previous scrape, and new series from the next scrape on.
 */
final class UpdateOnRead {
    /** Several scrapers, or a person who reloads a page, read the maps no more often. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.micrometer");

    private final String map;
    private final Runnable update;
    private final IntSupplier series;
    private final LongSupplier clock;
    private final AtomicLong last;
    private volatile boolean failed;

    /**
     * Creates an object that does nothing before {@link #register}.
     *
     * @param map the name of the map
     * @param series returns the number of label sets
     */
    UpdateOnRead(String map, Runnable update, IntSupplier series) {
        this(map, update, series, System::nanoTime);
    }

    UpdateOnRead(String map, Runnable update, IntSupplier series, LongSupplier clock) {
        this.map = map;
        this.update = update;
        this.series = series;
        this.clock = clock;
        this.last = new AtomicLong(clock.getAsLong() - INTERVAL.toNanos());
    }

    /** Updates the meters, and registers the gauge. It replaces that of an earlier map with these tags, which is closed. */
    void register(MeterRegistry registry, Tags tags) {
        read();
        String name = "nestmap.metrics.series";
        Tags all = Tags.of("map", map).and(tags);
        Meter earlier = registry.find(name).tags(all).meter();
        if (earlier != null) {
            registry.remove(earlier);
        }
        Gauge.builder(name, this, UpdateOnRead::read)
                .description("Label sets of the entries of a map that have their own series")
                .tags(all)
                .strongReference(true) // keeps the metrics reachable, too
                .register(registry);
    }

    /** Notes that the meters are up to date. */
    void updated() {
        last.set(clock.getAsLong());
    }

    private double read() {
        long before = last.get();
        long now = clock.getAsLong();
        if (now - before >= INTERVAL.toNanos() && last.compareAndSet(before, now)) {
            try {
                update.run();
                failed = false;
            } catch (RuntimeException e) {
                warn(e);
            }
        }
        return series.getAsInt();
    }

    /** Warns once until an update succeeds again: a registry reads the gauge again and again. */
    private void warn(RuntimeException cause) {
        if (!failed) {
            failed = true;
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the metrics of the entries of map " + map + " can't be updated, and keep their last values",
                    cause);
        }
    }
}
