/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.micrometer;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.OnDemandServer;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.runtime.observe.ProgramStatistics;
import dev.nestmap.runtime.pin.MapIdentity;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of Nestmap's operations in this process, from the call of {@link #bindTo} until this object is closed.
 * docs/production/observe.md lists them.
 *
 * <p>Maps and objects may be watched before or after {@link #bindTo}. If an object is loaded again, watch it again: it replaces the closed
 * object in the same meters.
 */
public final class NestmapMetrics implements MeterBinder, AutoCloseable {
    /** Root sets it with {@code sysctl}. */
    static final Path STATISTICS_SWITCH = Path.of("/proc/sys/kernel/bpf_stats_enabled");

    private static final String KEPT_MAPS = "kept.maps";
    private static final String KEPT = "Waiting maps of a different version that this version can't read";

    private final Set<MeterRegistry> registries = new CopyOnWriteArraySet<>();
    private final List<MeterBinder> meters = new ArrayList<>();
    private final OperationMeters listener = new OperationMeters(registries, this::watchDrains);

    /** The watched maps and programs, by the kind and tags of their meters. */
    private final Map<Object, AtomicReference<Object>> watched = new HashMap<>();

    /** Creates metrics without a registry. Frameworks call {@link #bindTo} for each bean of this type. */
    public NestmapMetrics() {}

    /**
     * Starts writing metrics.
     *
     * @param registry where the meters are registered
     */
    public NestmapMetrics(MeterRegistry registry) {
        bindTo(registry);
    }

    /**
     * Starts writing metrics to a registry. Does nothing if this object writes to it already.
     *
     * @param registry where the meters are registered
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (registries.isEmpty()) {
            Nestmap.addListener(listener);
        }
        if (registries.add(registry)) {
            meters.forEach(meter -> meter.bindTo(registry));
        }
    }

    /**
     * Adds gauges of an outer map. They show the number of inner maps in its slots, the number of waiting maps, and how many of these this version
     * can't read. They also show the age of the oldest waiting map, and the time since the last drain (or since this call). Two gauges show the
     * number and memory of the empty maps for the next rotations ({@link dev.nestmap.runtime.OuterMapExpert#spareCount}). If the map creates inner
     * maps on demand, a gauge shows whether this process serves requests. After the outer map is closed, the gauges of the empty maps are 0, and the
     * others are NaN.
     *
     * <p>Without this call, a counter of operations, drains, misses or lost counts begins to exist with its first event. This call creates these
     * counters with the value 0. Only the counters of errors still wait for the first error.
     *
     * @param outer the outer map
     * @param tags additional tags: keys and values alternate. Two outer maps with the same name need different tags
     * @return this object
     */
    public NestmapMetrics watch(OuterAccessor<?, ?> outer, String... tags) {
        Tags all = Tags.of("map", outer.name()).and(tags);
        boolean isOnDemand = Bindings.ofOuterMap(outer).requestServers().isPresent();
        watch("outer", all, outer, (registry, now) -> {
            gauge(
                    registry,
                    "inner.maps",
                    "Inner maps in the slots of an outer map",
                    all,
                    () -> now.get().count());
            gauge(
                    registry,
                    "waiting.maps",
                    "Drained inner maps whose counts nobody has confirmed as stored",
                    all,
                    () -> unclosed(now.get()).waitingCount());
            gauge(registry, KEPT_MAPS, KEPT, all, () -> unclosed(now.get()).keptCount());
            seconds(
                    registry,
                    "waiting.age",
                    "Time for which the oldest waiting map has waited",
                    all,
                    () -> unlessClosed(() -> age(unclosed(now.get()))));
            gauge(
                    registry,
                    "spare.maps",
                    "Empty inner maps for the next rotations",
                    all,
                    () -> now.get().expert().spareCount());
            Gauge.builder("nestmap.spare.memory", () -> now.get().expert().spareBytes())
                    .description("Estimated memory of the empty inner maps for the next rotations")
                    .baseUnit("bytes")
                    .tags(all)
                    .strongReference(true)
                    .register(registry);
            if (isOnDemand) {
                gauge(
                        registry,
                        "requests.servers",
                        "1 if this process creates requested inner maps",
                        all,
                        () -> Bindings.ofOuterMap(now.get()).requestServers().orElse(0));
            }
        });
        // The meters of events have no tags of the user, so outer maps with the same name share them.
        Tags ofEvents = Tags.of("map", outer.name());
        watch("events", ofEvents, outer.name(), (registry, name) -> listener.register(registry, name.get()));
        if (isOnDemand) {
            watch(
                    "served",
                    ofEvents,
                    outer.name(),
                    (registry, name) -> listener.registerRequests(registry, name.get()));
        }
        listener.watch(outer.name());
        return this;
    }

    /** Adds the gauge of the last drain of an outer map. All outer maps with this name share it, as they share the counters of drains. */
    private void watchDrains(String map) {
        Tags all = Tags.of("map", map);
        watch(
                "drains",
                all,
                map,
                (registry, now) -> seconds(
                        registry,
                        "drain.age",
                        "Time since the last complete drain, or since watch() if there was none",
                        all,
                        () -> listener.drainAge(map)));
    }

    private static void gauge(
            MeterRegistry registry, String name, String description, Tags tags, DoubleSupplier value) {
        Gauge.builder("nestmap." + name, () -> unlessClosed(value))
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Registers a gauge of a time in seconds. */
    static void seconds(MeterRegistry registry, String name, String description, Tags tags, DoubleSupplier seconds) {
        TimeGauge.builder("nestmap." + name, seconds::getAsDouble, TimeUnit.SECONDS)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** Throws an exception if the outer map is closed: methods that only read the names of pins do not. */
    private static OuterAccessor<?, ?> unclosed(OuterAccessor<?, ?> outer) {
        Bindings.ofOuterMap(outer).requestServers();
        return outer;
    }

    /** The age of the displaced map that waits longest, in seconds; 0 if none waits. */
    private static double age(OuterAccessor<?, ?> outer) {
        return outer.waiting().stream()
                .map(MapIdentity::takenOut)
                .min(Comparator.naturalOrder())
                .map(oldest ->
                        Math.max(0, Duration.between(oldest, Instant.now()).toMillis() / 1e3))
                .orElse(0.0);
    }

    /**
     * Adds the meters of {@link #watch(OuterAccessor, String...)}, a counter of requests that were lost because the table of requests was
     * full, and a gauge of misses that no report contains yet.
     *
     * @param outer the outer map
     * @param server the server of its requests
     * @param tags additional tags, as for {@link #watch(OuterAccessor, String...)}
     * @return this object
     */
    public NestmapMetrics watch(OuterAccessor<?, ?> outer, OnDemandServer<?> server, String... tags) {
        watch(outer, tags);
        Tags all = Tags.of("map", outer.name()).and(tags);
        watch(
                "requests",
                all,
                server,
                (registry, now) -> FunctionCounter.builder(
                                "nestmap.requests.lost",
                                now,
                                it -> unlessClosed(() -> it.get().lostRequests()))
                        .description("Misses of keys that programs could not request")
                        .tags(all)
                        .register(registry));
        watch(
                "pending",
                all,
                outer,
                (registry, now) -> gauge(
                        registry,
                        "requests.waiting",
                        "Misses that no stored report contains yet",
                        all,
                        () -> Bindings.ofOuterMap(now.get()).pendingMisses()));
        return this;
    }

    /**
     * Adds the meters of {@link #watch(OuterAccessor, String...)} for each outer map of an object. Also adds meters of its programs. They show the
     * number of runs and of skipped runs ({@link ProgramStatistics}), the duration of the runs, and the numbers of attachments and of detached links.
     * A link is detached if its interface, control group or network namespace was removed, or if another process has detached it. Further gauges show
     * how many old maps wait beside each pinned plain map. Counters show how many events programs could not write to ring buffers and perf event
     * arrays. After the object is closed, the meters of programs and events are NaN. The meters of runs and their duration are also NaN while {@code
     * kernel.bpf_stats_enabled} is 0.
     *
     * @param object the object
     * @param tags additional tags: keys and values alternate. Two objects need different tags if outer maps, programs or buffers of both have
     *     the same name. Otherwise, the meters only show the object that was watched last. The meters of drains, operations and other events
     *     have no tags, so outer maps with the same name share them
     * @return this object
     */
    public NestmapMetrics watch(LoadedObject object, String... tags) {
        object.outerMaps().forEach(outer -> watch(outer, tags));
        for (Program program : object.programs()) {
            Tags all = Tags.of("program", program.name()).and(tags);
            watch("program", all, program, (registry, now) -> {
                count(now, "runs", statistics -> ifCounted((double) statistics.runs()))
                        .description("Runs of a program; NaN unless kernel.bpf_stats_enabled is 1")
                        .tags(all)
                        .register(registry);
                count(
                                now,
                                "run.time",
                                statistics -> ifCounted(statistics.runTime().toNanos() / 1e9))
                        .description("Time of all runs of a program; NaN unless kernel.bpf_stats_enabled is 1")
                        .baseUnit("seconds")
                        .tags(all)
                        .register(registry);
                count(now, "recursion.misses", ProgramStatistics::recursionMisses)
                        .description("Runs of a program that the kernel skipped")
                        .tags(all)
                        .register(registry);
            });
            watch(
                    "links",
                    all,
                    object,
                    (registry, now) -> gauge(
                            registry,
                            "program.detached",
                            "Detached links of a program",
                            all,
                            () -> links(now.get(), it -> it.detachedLinks(program.name()))));
            watch(
                    "attached",
                    all,
                    object,
                    (registry, now) -> gauge(
                            registry,
                            "program.attached",
                            "Places where this process has attached a program",
                            all,
                            () -> links(now.get(), it -> it.attachments(program.name()))));
        }
        for (String plain : Bindings.ofObject(object).pinnedPlainMaps()) {
            Tags all = Tags.of("map", plain).and(tags);
            watch(
                    "plain",
                    all,
                    object,
                    (registry, now) -> gauge(registry, KEPT_MAPS, KEPT, all, () -> keptPlain(now.get(), plain)));
        }
        for (String stream : Bindings.ofObject(object).countedStreams()) {
            Tags all = Tags.of("map", stream).and(tags);
            watch(
                    "stream",
                    all,
                    object,
                    (registry, now) -> FunctionCounter.builder(
                                    "nestmap.lost.events",
                                    now,
                                    it -> unlessClosed(
                                            () -> Bindings.ofObject(it.get()).lostEvents(stream)))
                            .description("Events that programs could not write")
                            .tags(all)
                            .register(registry));
        }
        return this;
    }

    /** Returns NaN if the kernel does not count runs: a number would say that the program does not run. */
    private static double ifCounted(double number) {
        try {
            return Files.readString(STATISTICS_SWITCH).startsWith("0") ? Double.NaN : number;
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double keptPlain(LoadedObject object, String map) {
        return object.isClosed() ? Double.NaN : Bindings.ofObject(object).keptPlainCount(map);
    }

    private static double links(LoadedObject object, ToDoubleFunction<LoadedState> number) {
        return object.isClosed() ? Double.NaN : number.applyAsDouble(Bindings.ofObject(object));
    }

    /** Registers meters of a map or a program. If such meters with these tags exist, they show the new map or program. */
    @SuppressWarnings("unchecked") // a kind of meters has one type of source
    private synchronized <T> void watch(
            String kind, Tags tags, T source, BiConsumer<MeterRegistry, Supplier<T>> register) {
        AtomicReference<Object> shown = watched.get(List.of(kind, tags));
        if (shown != null) {
            shown.set(source);
            return;
        }
        AtomicReference<Object> now = new AtomicReference<>(source);
        watched.put(List.of(kind, tags), now);
        Supplier<T> get = () -> (T) now.get();
        MeterBinder meter = registry -> register.accept(registry, get);
        meters.add(meter);
        registries.forEach(meter::bindTo);
    }

    /**
     * Stops writing metrics, even of operations that are still running. The meters stay in the registry. {@link #bindTo} starts again.
     */
    @Override
    public synchronized void close() {
        Nestmap.removeListener(listener);
        registries.clear();
    }

    private static FunctionCounter.Builder<Supplier<Program>> count(
            Supplier<Program> program, String name, ToDoubleFunction<ProgramStatistics> number) {
        return FunctionCounter.builder(
                "nestmap.program." + name,
                program,
                it -> unlessClosed(() -> number.applyAsDouble(it.get().statistics())));
    }

    private static double unlessClosed(DoubleSupplier value) {
        try {
            return value.getAsDouble();
        } catch (BpfException e) {
            return Double.NaN;
        }
    }
}
