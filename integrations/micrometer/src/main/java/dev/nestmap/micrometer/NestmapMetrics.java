/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.RequestServer;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of what Nestmap does in this process. The timers and counters contain what happens from the creation of this object until it is
 * closed. docs/guide/observe.md lists them.
 */
public final class NestmapMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final OperationListener listener = new Listener();

    /**
     * Starts writing metrics.
     *
     * @param registry where the meters are registered
     */
    public NestmapMetrics(MeterRegistry registry) {
        this.registry = registry;
        Nestmap.addListener(listener);
    }

    /**
     * Adds two gauges of an outer map: the number of inner maps in its slots, and the number of those that were taken out and are not
     * closed. After the outer map is closed, the gauges are NaN.
     *
     * @param outer the outer map
     * @param tags further tags: keys and values alternate. Two outer maps of the same name need different tags
     * @return this object
     */
    public NestmapMetrics watch(OuterAccessor<?, ?, ?> outer, String... tags) {
        Tags all = Tags.of("map", outer.name()).and(tags);
        Gauge.builder("nestmap.inner.maps", () -> unlessClosed(outer::count))
                .description("Inner maps in the slots of an outer map")
                .tags(all)
                .strongReference(true)
                .register(registry);
        Gauge.builder("nestmap.undrained.maps", () -> unlessClosed(outer::undrainedCount))
                .description("Inner maps that were taken out and are not closed")
                .tags(all)
                .strongReference(true)
                .register(registry);
        return this;
    }

    /**
     * Adds the counter of requests that were lost because the table of requests was full.
     *
     * @param outer the outer map
     * @param server the server of its requests
     * @param tags further tags, as for {@link #watch(OuterAccessor, String...)}
     * @return this object
     */
    public NestmapMetrics watch(OuterAccessor<?, ?, ?> outer, RequestServer<?> server, String... tags) {
        FunctionCounter.builder("nestmap.requests.lost", server, it -> unlessClosed(it::lostRequests))
                .description("Misses that left no request")
                .tags(Tags.of("map", outer.name()).and(tags))
                .register(registry);
        return this;
    }

    /** Stops writing metrics. The meters stay in the registry. */
    @Override
    public void close() {
        Nestmap.removeListener(listener);
    }

    private static double unlessClosed(DoubleSupplier value) {
        try {
            return value.getAsDouble();
        } catch (InvalidHandleException e) {
            return Double.NaN;
        }
    }

    private final class Listener implements OperationListener {
        @Override
        public Consumer<Operation> started(Operation.Kind kind, String name) {
            return this::ended;
        }

        private void ended(Operation operation) {
            switch (operation.kind()) {
                case LOAD ->
                    registry.timer(
                                    "nestmap.loads",
                                    "object",
                                    operation.name(),
                                    "result",
                                    operation.failed() > 0 ? "failed" : "loaded")
                            .record(operation.duration());
                case PUBLISH -> {
                    if (operation.changed() > 0) {
                        registry.timer("nestmap.grace.periods", "map", operation.name())
                                .record(operation.duration());
                    }
                }
                default -> recordChange(operation);
            }
        }

        private void recordChange(Operation operation) {
            Tags tags = Tags.of("operation", operation.kind().name().toLowerCase(Locale.ROOT), "map", operation.name());
            registry.timer("nestmap.operations", tags).record(operation.duration());
            registry.counter("nestmap.changes", tags.and("result", "changed")).increment((double) operation.changed());
            registry.counter("nestmap.changes", tags.and("result", "failed")).increment((double) operation.failed());
        }

        @Override
        public void missed(Misses misses) {
            Tags tags = Tags.of("map", misses.map());
            registry.counter("nestmap.requests.served", tags).increment((double) misses.keys());
            registry.counter("nestmap.requests.misses", tags).increment((double) misses.count());
            registry.timer("nestmap.requests.wait", tags).record(misses.longestWait());
        }

        @Override
        public void failed(String operation, @Nullable String map, int errno) {
            Errno known = Errno.of(errno);
            registry.counter(
                            "nestmap.errors",
                            "map",
                            map == null ? "none" : map,
                            "errno",
                            known == null ? Integer.toString(errno) : known.name())
                    .increment();
        }
    }
}
