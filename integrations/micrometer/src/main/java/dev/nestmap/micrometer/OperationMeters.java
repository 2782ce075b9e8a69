/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The meters of operations, which this listener registers and writes. {@link NestmapMetrics} has those of maps and programs. */
final class OperationMeters implements OperationListener {
    /** The keys of an outer map that have a meter of their own. A meter for each key would grow with the number of tenants. */
    private static final int MOST_KEYS = 20;

    /** From this fill level on, a key has a meter of its own. */
    private static final double NEARLY_FULL = 0.8;

    private static final String OTHER_KEYS = "other";

    private final Set<MeterRegistry> registries;

    private final Consumer<String> newMaps;

    /** When each outer map was last drained, or first seen, by {@link System#nanoTime}. */
    private final Map<String, Long> lastDrains = new ConcurrentHashMap<>();

    /** The keys of each outer map whose maps were nearly full or have lost inserts, as far as they have a meter. */
    private final Map<String, Set<String>> shownKeys = new ConcurrentHashMap<>();

    /**
     * @param registries where the meters are registered, which may change
     * @param newMaps gets the name of each outer map that is drained or watched for the first time
     */
    OperationMeters(Set<MeterRegistry> registries, Consumer<String> newMaps) {
        this.registries = registries;
        this.newMaps = newMaps;
    }

    /** Counts the time until the first drain of an outer map from now on. */
    void watch(String map) {
        if (lastDrains.putIfAbsent(map, System.nanoTime()) == null) {
            newMaps.accept(map);
        }
    }

    @Override
    public Consumer<Operation> started(Operation.Kind kind, String name) {
        return this::ended;
    }

    private void ended(Operation operation) {
        switch (operation.kind()) {
            case LOAD ->
                record(
                        "loads",
                        "Loads of objects",
                        Tags.of("object", operation.name(), "result", operation.failed() > 0 ? "failed" : "loaded"),
                        operation.duration());
            case PUBLISH -> {
                if (operation.changed() > 0) {
                    record(
                            "grace.periods",
                            "System calls that waited for a grace period",
                            Tags.of("map", operation.name()),
                            operation.duration());
                }
            }
            default -> recordChange(operation);
        }
    }

    private void recordChange(Operation operation) {
        Tags tags = Tags.of("operation", operation.kind().name().toLowerCase(Locale.ROOT), "map", operation.name());
        String slots = "Slots that calls have changed, or that failed";
        record(
                "operations",
                "Calls that change slots of an outer map, recover or migrate it",
                tags,
                operation.duration());
        increment("changes", slots, tags.and("result", "changed"), operation.changed());
        increment("changes", slots, tags.and("result", "failed"), operation.failed());
    }

    @Override
    public void drained(Drain drain) {
        increment(
                "drains",
                "Drains of an outer map",
                Tags.of("map", drain.map(), "result", drain.hasFailed() ? "failed" : "completed"),
                1);
        if (!drain.hasFailed()) {
            watch(drain.map());
            lastDrains.put(drain.map(), System.nanoTime());
        }
    }

    double drainAge(String map) {
        Long last = lastDrains.get(map);
        return last == null ? Double.NaN : (System.nanoTime() - last) / 1e9;
    }

    @Override
    public void acknowledged(Acknowledged map) {
        watch(map.map());
        lastDrains.put(map.map(), System.nanoTime()); // also of tickets, which a shipper or a service ends itself
        if (map.maxEntries() > 0) {
            double fill = (double) map.entries() / map.maxEntries();
            String key = fill < NEARLY_FULL ? OTHER_KEYS : keyTag(map);
            registries.forEach(registry -> DistributionSummary.builder("nestmap.fill")
                    .description("Entries of an acknowledged map, divided by its max_entries")
                    .tags(Tags.of("map", map.map(), "key", key))
                    .register(registry)
                    .record(fill));
        }
        Long lost = map.lostInserts();
        if (lost == null) {
            increment(
                    "lost.inserts.unknown",
                    "Acknowledged maps for which it is unknown how many inserts have failed",
                    Tags.of("map", map.map()),
                    1);
        } else if (lost > 0) {
            increment(
                    "lost.inserts",
                    "Failed inserts into acknowledged maps",
                    Tags.of("map", map.map(), "key", keyTag(map)),
                    lost);
        }
    }

    @Override
    public void uncounted(Uncounted additions) {
        Tags tags = Tags.of("map", additions.map());
        increment(
                "refused.additions",
                "Additions that inner maps have refused, mostly because they were full",
                tags,
                additions.refused());
        increment("unknown.key.additions", "Additions for keys without an inner map", tags, additions.unknownKey());
    }

    /** The key as a text; {@link #OTHER_KEYS} for each further key if so many keys of the map have a meter already. */
    private String keyTag(Acknowledged map) {
        Set<String> known = shownKeys.computeIfAbsent(map.map(), any -> new HashSet<>());
        String key = map.key() instanceof InetAddress address
                ? address.getHostAddress()
                : map.key().toString();
        synchronized (known) {
            return known.contains(key) || (known.size() < MOST_KEYS && known.add(key)) ? key : OTHER_KEYS;
        }
    }

    @Override
    public void missed(Misses misses) {
        Tags tags = Tags.of("map", misses.map());
        increment("requests.served", "Keys that got an inner map on demand", tags, misses.keys());
        increment("requests.misses", "Misses of these keys by programs", tags, misses.count());
        record("requests.wait", "Upper bound of the wait in each batch of these keys", tags, misses.longestWait());
    }

    @Override
    public void failed(String operation, @Nullable String map, int errno) {
        Errno known = Errno.of(errno);
        increment(
                "errors",
                "Errors of the kernel and of libbpf that callers received",
                Tags.of(
                        "map",
                        map == null ? "none" : map,
                        "errno",
                        known == null ? Integer.toString(errno) : known.name()),
                1);
    }

    private void record(String name, String description, Tags tags, Duration duration) {
        registries.forEach(registry -> Timer.builder("nestmap." + name)
                .description(description)
                .tags(tags)
                .register(registry)
                .record(duration));
    }

    private void increment(String name, String description, Tags tags, long amount) {
        registries.forEach(registry -> Counter.builder("nestmap." + name)
                .description(description)
                .tags(tags)
                .register(registry)
                .increment((double) amount));
    }
}
