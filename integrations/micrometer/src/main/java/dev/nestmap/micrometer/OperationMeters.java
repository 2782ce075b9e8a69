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
import java.util.Collections;
import java.util.EnumSet;
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

    private static final String OTHER = "other";

    private static final String FULL = "full";

    private static final String COMPLETED = "completed";

    private static final String FAILED = "failed";

    private static final String CHANGED = "changed";

    /** The operations that have an outer map, and change slots or look for maps. */
    private static final Set<Operation.Kind> CHANGES =
            Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Operation.Kind.LOAD, Operation.Kind.PUBLISH)));

    private final Set<MeterRegistry> registries;

    private final Consumer<String> newMaps;

    /** When each outer map was last drained, or first seen, by {@link System#nanoTime}. */
    private final Map<String, Long> lastDrains = new ConcurrentHashMap<>();

    /** The keys of each outer map whose maps were nearly full, as far as they have a meter. */
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

    /**
     * Registers the meters of the events of an outer map before the first event: a missing meter looks like one that nobody writes, and {@code
     * increase} does not see a counter that begins with its first event. Meters with the label of an error number have to wait for it.
     */
    void register(MeterRegistry registry, String map) {
        for (Operation.Kind kind : CHANGES) {
            operations(registry, kind, map);
            changes(registry, kind, map, CHANGED);
            changes(registry, kind, map, FAILED);
        }
        gracePeriods(registry, map);
        drains(registry, map, COMPLETED);
        drains(registry, map, FAILED);
        fill(registry, map, OTHER);
        refusedAdditions(registry, map, FULL);
        refusedAdditions(registry, map, OTHER);
        unknownKeyAdditions(registry, map);
    }

    /** Does the same for the requests of an outer map. */
    void registerRequests(MeterRegistry registry, String map) {
        requestsServed(registry, map);
        requestsMisses(registry, map);
    }

    @Override
    public Consumer<Operation> started(Operation.Kind kind, String name) {
        return this::ended;
    }

    private void ended(Operation operation) {
        for (MeterRegistry registry : registries) {
            if (operation.kind() == Operation.Kind.LOAD) {
                loads(registry, operation.name(), operation.failed() > 0 ? FAILED : "loaded")
                        .record(operation.duration());
            } else if (operation.kind() != Operation.Kind.PUBLISH) {
                operations(registry, operation.kind(), operation.name()).record(operation.duration());
                changes(registry, operation.kind(), operation.name(), CHANGED).increment((double) operation.changed());
                changes(registry, operation.kind(), operation.name(), FAILED).increment((double) operation.failed());
            } else if (operation.changed() > 0) {
                gracePeriods(registry, operation.name()).record(operation.duration());
            }
        }
    }

    @Override
    public void drained(Drain drain) {
        registries.forEach(registry -> drains(registry, drain.map(), drain.hasFailed() ? FAILED : COMPLETED)
                .increment());
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
            String key = fill < NEARLY_FULL ? OTHER : keyTag(map);
            registries.forEach(registry -> fill(registry, map.map(), key).record(fill));
        }
    }

    @Override
    public void uncounted(Uncounted additions) {
        for (MeterRegistry registry : registries) {
            refusedAdditions(registry, additions.map(), FULL).increment((double) additions.full());
            refusedAdditions(registry, additions.map(), OTHER).increment((double) additions.failed());
            unknownKeyAdditions(registry, additions.map()).increment((double) additions.unknownKey());
        }
    }

    /** The key as a text; {@link #OTHER} for each further key if so many keys of the map have a meter already. */
    private String keyTag(Acknowledged map) {
        Set<String> known = shownKeys.computeIfAbsent(map.map(), any -> new HashSet<>());
        String key = map.key() instanceof InetAddress address
                ? address.getHostAddress()
                : map.key().toString();
        synchronized (known) {
            return known.contains(key) || (known.size() < MOST_KEYS && known.add(key)) ? key : OTHER;
        }
    }

    @Override
    public void missed(Misses misses) {
        for (MeterRegistry registry : registries) {
            requestsServed(registry, misses.map()).increment((double) misses.keys());
            requestsMisses(registry, misses.map()).increment((double) misses.count());
        }
    }

    @Override
    public void failed(String operation, @Nullable String map, int errno) {
        Errno known = Errno.of(errno);
        Tags tags = Tags.of(
                "map", map == null ? "none" : map, "errno", known == null ? Integer.toString(errno) : known.name());
        registries.forEach(
                registry -> counter(registry, "errors", "Errors of the kernel and of libbpf in calls of Nestmap", tags)
                        .increment());
    }

    private static Timer loads(MeterRegistry registry, String object, String result) {
        return timer(registry, "loads", "Loads of objects", Tags.of("object", object, "result", result));
    }

    private static Timer operations(MeterRegistry registry, Operation.Kind kind, String map) {
        return timer(
                registry,
                "operations",
                "Calls that change slots of an outer map, or recover or upgrade the map",
                operation(kind, map));
    }

    private static Counter changes(MeterRegistry registry, Operation.Kind kind, String map, String result) {
        return counter(
                registry,
                "changes",
                "Slots that these calls have changed, or failed to change",
                operation(kind, map).and("result", result));
    }

    private static Tags operation(Operation.Kind kind, String map) {
        return Tags.of("operation", kind.name().toLowerCase(Locale.ROOT), "map", map);
    }

    private static Timer gracePeriods(MeterRegistry registry, String map) {
        return timer(registry, "grace.periods", "Calls that waited for running programs", Tags.of("map", map));
    }

    private static Counter drains(MeterRegistry registry, String map, String result) {
        return counter(registry, "drains", "Drains of an outer map", Tags.of("map", map, "result", result));
    }

    private static DistributionSummary fill(MeterRegistry registry, String map, String key) {
        return DistributionSummary.builder("nestmap.fill")
                .description("Entries of a stored map, divided by its max_entries")
                .tags(Tags.of("map", map, "key", key))
                .register(registry);
    }

    private static Counter refusedAdditions(MeterRegistry registry, String map, String reason) {
        return counter(
                registry,
                "refused.additions",
                "Additions that inner maps have refused",
                Tags.of("map", map, "reason", reason));
    }

    private static Counter unknownKeyAdditions(MeterRegistry registry, String map) {
        return counter(
                registry, "unknown.key.additions", "Additions for keys without an inner map", Tags.of("map", map));
    }

    private static Counter requestsServed(MeterRegistry registry, String map) {
        return counter(registry, "requests.served", "Keys that got an inner map on demand", Tags.of("map", map));
    }

    private static Counter requestsMisses(MeterRegistry registry, String map) {
        return counter(registry, "requests.misses", "Misses of keys before they got an inner map", Tags.of("map", map));
    }

    private static Timer timer(MeterRegistry registry, String name, String description, Tags tags) {
        return Timer.builder("nestmap." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
        return Counter.builder("nestmap." + name)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
