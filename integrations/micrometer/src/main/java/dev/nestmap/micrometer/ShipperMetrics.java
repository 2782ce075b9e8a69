/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.kafka.Shipper;
import dev.nestmap.kafka.ShipperStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of a {@link Shipper}, with its id in the tag {@code shipper}. They stay after the shipper has ended, so that a monitoring system
 * notices its end. docs/production/observe.md lists them. Needs {@code nestmap-kafka}.
 */
public final class ShipperMetrics implements MeterBinder {
    private final Shipper<?> shipper;
    private final Tags tags;
    private final Instant start = Instant.now();

    /**
     * Creates the metrics.
     *
     * @param shipper the shipper, which the metrics keep reachable
     * @param tags additional tags: keys and values alternate
     */
    public ShipperMetrics(Shipper<?> shipper, String... tags) {
        this.shipper = shipper;
        this.tags = Tags.of("shipper", shipper.id()).and(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counter(registry, "transactions", "Committed transactions", ShipperStatistics::transactions);
        counter(registry, "maps", "Drained maps in committed transactions", ShipperStatistics::maps);
        counter(registry, "inexact.maps", "Drained maps that may lack counts", ShipperStatistics::inexactMaps);
        counter(registry, "messages", "Messages with entries", ShipperStatistics::messages);
        counter(registry, "entries", "Entries in the messages", ShipperStatistics::entries);
        counter(registry, "sent.bytes", "Size of the messages before compression", ShipperStatistics::bytes);
        gauge(registry, "waiting.maps", "Drained maps that are in no file yet", ShipperStatistics::waitingMaps);
        gauge(registry, "failing.maps", "Waiting maps that can't be read", ShipperStatistics::failingMaps);
        gauge(registry, "waiting.bytes", "Estimated memory of the waiting maps", ShipperStatistics::waitingBytes);
        gauge(
                registry,
                "spooled.bytes",
                "Size of the files that Kafka doesn't have yet",
                ShipperStatistics::spooledBytes);
        gauge(registry, "spool.limit.bytes", "Largest allowed size of the files", now -> shipper.spoolLimit());
        gauge(
                registry,
                "problem",
                "1 while a problem keeps the shipper from sending maps",
                now -> now.problem() == null ? 0 : 1);
        gauge(registry, "stopped", "1 if the shipper has stopped", now -> now.stopped() ? 1 : 0);
        seconds(registry, "commit.age", "Time since the last commit", now -> {
            Duration age = now.commitAge();
            return age == null ? Double.NaN : seconds(age);
        });
        seconds(registry, "round.age", "Time since the last complete round began", now -> seconds(now.roundAge()));
        seconds(registry, "interval", "Time between rounds", now -> seconds(shipper.interval()));
        seconds(
                registry,
                "start.time",
                "Start of the shipper, in seconds since 1970",
                now -> seconds(Duration.between(Instant.EPOCH, start)));
    }

    private void counter(
            MeterRegistry registry, String name, String description, ToDoubleFunction<ShipperStatistics> value) {
        FunctionCounter.builder("nestmap.shipper." + name, shipper, it -> value.applyAsDouble(it.statistics()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry, String name, String description, ToDoubleFunction<ShipperStatistics> value) {
        Gauge.builder("nestmap.shipper." + name, () -> value.applyAsDouble(shipper.statistics()))
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private void seconds(
            MeterRegistry registry, String name, String description, ToDoubleFunction<ShipperStatistics> seconds) {
        NestmapMetrics.seconds(
                registry, "shipper." + name, description, tags, () -> seconds.applyAsDouble(shipper.statistics()));
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9; // toNanos() has no room for an endless time
    }
}
