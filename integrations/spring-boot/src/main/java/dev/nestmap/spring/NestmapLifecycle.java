/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.Uncounted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;

/**
 * Attaches programs and drains maps while the context runs. It starts after all other beans. When the context stops, it first detaches the
 * programs, so that nothing is counted any more, and then drains for the last time. Programs whose links are pinned stay attached: the next
 * process drains what they count.
 */
final class NestmapLifecycle implements SmartLifecycle {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.spring");

    private final NestmapProperties properties;
    /** The objects, by the names of their beans: two beans can have one class. */
    private final Map<String, LoadedObject> objects;

    private final List<NestmapDrain> drains;
    private final List<AttachedProgram> links = new CopyOnWriteArrayList<>();

    /** A link that runs a program of this application, unless another process has replaced it. */
    private record AttachedProgram(UntypedProgram program, Link link) {}

    private @Nullable ScheduledExecutorService schedule;
    private volatile boolean running;
    private volatile long lastDrain = System.nanoTime();
    private volatile @Nullable Throwable failure;

    /** The additions that inner maps have refused since the start, by the names of their outer maps. */
    private final Map<String, Long> refused = new ConcurrentHashMap<>();

    private final OperationListener refusals = new OperationListener() {
        @Override
        public Consumer<Operation> started(Operation.Kind kind, String name) {
            return ended -> {};
        }

        @Override
        public void uncounted(Uncounted additions) {
            if (additions.refused() > 0) {
                refused.merge(additions.map(), additions.refused(), Long::sum);
            }
        }
    };

    NestmapLifecycle(NestmapProperties properties, Map<String, LoadedObject> objects, List<NestmapDrain> drains) {
        this.properties = properties;
        this.objects = new LinkedHashMap<>(objects);
        this.drains = drains;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // drainIfRunning() throws nothing
    public synchronized void start() {
        Duration every = properties.drain().every();
        if (every.isNegative()
                || every.isZero()) { // before it attaches: a program with a pinned link would stay attached
            throw new IllegalStateException("nestmap.drain.every is " + every + ": use a pause longer than zero");
        }
        Nestmap.addListener(refusals);
        try {
            attach();
            logStart();
            lastDrain = System.nanoTime();
            if (!drains.isEmpty()) {
                ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(NestmapLifecycle::thread);
                long pause = TimeUnit.NANOSECONDS.convert(every);
                started.scheduleWithFixedDelay(this::drainIfRunning, pause, pause, TimeUnit.NANOSECONDS);
                schedule = started;
            }
        } catch (RuntimeException | Error e) {
            Nestmap.removeListener(refusals);
            detach();
            throw e;
        }
        running = true;
    }

    /** One line for an operator: what runs now, and what an earlier process has left. */
    private void logStart() {
        List<String> found = new ArrayList<>();
        links.forEach(each -> found.add(each.link().toString()));
        for (LoadedObject object : objects.values()) {
            for (OuterAccessor<?, ?> outer : object.outerMaps()) {
                if (outer.waitingCount() > 0) {
                    found.add("displaced maps of " + outer.name() + " that wait for a drain: " + outer.waitingCount());
                }
            }
        }
        if (!found.isEmpty()) {
            LOGGER.log(System.Logger.Level.INFO, "started with " + String.join(", ", found));
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "nestmap-drain");
        thread.setDaemon(true);
        return thread;
    }

    /** Attaches all programs. Attaches none if a property is wrong, because a program with a pinned link would stay attached. */
    private void attach() {
        if (properties.inMemory()) { // maps in memory have no programs
            return;
        }
        List<UntypedProgram> programs = objects.values().stream()
                .flatMap(object -> object.programs().stream())
                .toList();
        Map<UntypedProgram, String> targets = ProgramProperties.find("nestmap.attach.", properties.attach(), programs);
        Map<UntypedProgram, String> pins = ProgramProperties.find("nestmap.pin.", properties.pin(), programs);
        pins.keySet().stream().filter(program -> !targets.containsKey(program)).forEach(program -> {
            throw new IllegalStateException(
                    "nestmap.pin." + program.name() + " needs nestmap.attach." + program.name());
        });
        Map<UntypedProgram, Supplier<Link>> attachments = new LinkedHashMap<>();
        targets.forEach((program, target) ->
                attachments.put(program, AttachTargets.attachment(program, target, pins.get(program))));
        List<String> pinned = new ArrayList<>();
        attachments.forEach((program, attachment) -> {
            try {
                links.add(new AttachedProgram(program, attachment.get()));
            } catch (RuntimeException | Error e) {
                if (!pinned.isEmpty()) {
                    log(
                            "program " + program.name()
                                    + " could not be attached. These programs stay attached, because their links are pinned: "
                                    + String.join(", ", pinned)
                                    + ". The next start takes their links over. Remove the pins of the links to detach the programs",
                            null);
                }
                throw e;
            }
            if (pins.containsKey(program)) {
                pinned.add(program.name());
            }
        });
    }

    /** A task that waited for the stop drains no maps of beans that Spring destroys then. Throws nothing, because that would end the schedule. */
    private synchronized void drainIfRunning() {
        try {
            if (running) {
                drain();
            }
        } catch (Throwable e) {
            log("drains have failed: their maps wait for the next drain", e);
        }
    }

    private static void log(String message, @Nullable Throwable cause) {
        LOGGER.log(System.Logger.Level.WARNING, () -> message, cause);
    }

    /** Drains once. Keeps the exception for the health: the maps wait for the next call. */
    synchronized void drain() {
        Throwable failed = null;
        for (NestmapDrain drain : drains) {
            try {
                drain.drain();
            } catch (Throwable e) { // the other maps are drained
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt(); // whoever stops the application waits for its end
                }
                failed = e;
                if (failure == null) { // the first of several: the health has the last
                    Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
                    boolean isMistake = cause instanceof RuntimeException || cause instanceof Error;
                    // A database that is away says so, and a trace would say no more.
                    log("drains fail: their maps wait for the next drain: " + e, isMistake ? e : null);
                }
            }
        }
        if (failed == null) {
            if (failure != null) {
                LOGGER.log(System.Logger.Level.INFO, "drains succeed again");
            }
            lastDrain = System.nanoTime();
        }
        failure = failed;
    }

    @Override
    public void stop() {
        ScheduledExecutorService stopped = schedule;
        if (stopped != null) {
            stopped.shutdown(); // a drain that runs ends
        }
        synchronized (this) {
            try {
                detach();
            } finally {
                if (running) {
                    running = false;
                    drain();
                }
                Nestmap.removeListener(refusals);
            }
        }
    }

    private void detach() {
        for (AttachedProgram each : links) {
            try {
                each.link().close();
            } catch (RuntimeException | Error e) { // even then, the other programs are detached
                log("a program may still be attached", e);
            }
        }
        links.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The additions that inner maps have refused since the start, by the names of their outer maps. */
    Map<String, Long> refused() {
        return Map.copyOf(refused);
    }

    /** The maps of other versions that wait, because this version can't read them, by the names of their outer or plain maps. */
    Map<String, Long> kept() {
        Map<String, Long> kept = new TreeMap<>();
        objects.values().stream()
                .filter(object -> !object.isClosed())
                .forEach(object -> object.keptCounts().forEach((map, count) -> kept.merge(map, count, Long::sum)));
        return kept;
    }

    /** The exception of the last drain, or null if it succeeded. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** The time since the last drain that succeeded, or since the start. */
    Duration sinceDrain() {
        return Duration.ofNanos(System.nanoTime() - lastDrain);
    }

    /** Whether drains should have succeeded since then. */
    boolean isLate() {
        return running
                && !drains.isEmpty()
                && sinceDrain()
                                .minusSeconds(10)
                                .dividedBy(3)
                                .compareTo(properties.drain().every())
                        > 0;
    }

    /** The links that will never run their programs again, because an interface or a control group was removed, or another process took them over. */
    List<String> detached() {
        return links.stream()
                .filter(NestmapLifecycle::isDetached)
                .map(each -> each.link().toString())
                .toList();
    }

    private static boolean isDetached(AttachedProgram each) {
        try {
            if (!(each.link() instanceof KernelLink link)) {
                return false;
            }
            KernelLink.Info info = link.info();
            return !info.attached()
                    || (info.kind().isUpdatable()
                            && info.programId() != each.program().id());
        } catch (BpfException e) {
            if (e.reason() == Reason.CLOSED) { // the context stops
                return false;
            }
            throw e;
        }
    }

    /** The objects, by the names of their beans. */
    Map<String, LoadedObject> objects() {
        return objects;
    }
}
