/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EMFILE;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file descriptors of the inner maps of one outer map. Creates empty maps, opens a map by its pin or, without a pin, by its id, and
 * decides whether the descriptor of a map may be closed.
 *
 * <p>Limits the number of open inner maps in slots, over all outer maps of this process, by suspending idle maps. A change may exceed the
 * limit until it ends, because its maps must stay open.
 */
final class InnerMapDescriptors {
    /** How often an action is tried if other threads take each descriptor that this class has closed. */
    private static final int MOST_TRIES = 100;

    /** The types whose content was seen to stay while only a slot keeps the map. */
    private static final Set<MapKind> KINDS = EnumSet.of(
            MapKind.HASH,
            MapKind.RHASH,
            MapKind.LRU_HASH,
            MapKind.PERCPU_HASH,
            MapKind.LRU_PERCPU_HASH,
            MapKind.ARRAY,
            MapKind.PERCPU_ARRAY,
            MapKind.LPM_TRIE,
            MapKind.QUEUE,
            MapKind.STACK,
            MapKind.BLOOM_FILTER);

    /** The known maps of each outer map, while it is reachable. */
    private static final Set<KnownInnerMaps> OF_ALL_OUTER_MAPS =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    private final OpenMap outer;
    private final MapShape inner;
    private final MapFactory factory;
    private final @Nullable SlotChangePinner pins;
    private final DescriptorLimit limit;
    private final KnownInnerMaps knownMaps;
    private final AtomicBoolean warned = new AtomicBoolean();

    /** Whether this process may open maps by their ids, according to the last attempt. */
    private volatile boolean opensById;

    /** The names of inner maps whose size follows the declaration. */
    private volatile Set<String> growing = Set.of();

    /**
     * Why the descriptor of a map can't be closed.
     *
     * @param reason ends the sentence "each inner map keeps a file descriptor, because"
     * @param remedies remedies besides raising the limit of open files; empty or begins with a comma
     */
    record Obstacle(String reason, String remedies) {}

    /**
     * The result of a search for idle maps.
     *
     * @param count the number of descriptors that were closed
     * @param obstacle the reason why another map can't be suspended; null if there is no such map
     */
    record Suspended(int count, @Nullable Obstacle obstacle) {}

    /**
     * @param inner the shape of inner maps as the records declare it
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     */
    InnerMapDescriptors(OpenMap outer, MapShape inner, MapFactory factory, @Nullable SlotChangePinner pins) {
        this.outer = outer;
        this.inner = inner;
        this.factory = factory;
        this.pins = pins;
        this.limit = DescriptorLimit.configured();
        this.knownMaps = new KnownInnerMaps(outer, this, limit.mostSpares());
        OF_ALL_OUTER_MAPS.add(knownMaps);
    }

    /** The inner maps whose descriptors these are. */
    KnownInnerMaps knownMaps() {
        return knownMaps;
    }

    /** How many of the wanted inner maps should be created at a time: at most half of the limit, because their descriptors exceed it. */
    int most(int wanted) {
        return limit.mostAtOnce(wanted);
    }

    /**
     * Opens the map with this id. The caller owns the result. Null if the map no longer exists, or is no longer in the slot.
     *
     * @throws BpfException if the map is in the slot, and the kernel refuses to open it
     */
    @Nullable
    RawMap open(SlotKey slot, int id) {
        makeRoom(1);
        return creating(() -> tryOpen(slot, id));
    }

    /**
     * Opens a map again whose descriptor was closed. The caller owns the result. Null if the map is no longer in its slot.
     *
     * @throws BpfException if the kernel refuses to open the map
     */
    @Nullable
    RawMap reopen(SlotKey slot, RawMap closed) {
        RawMap opened = open(slot, closed.id());
        if (opened == null) {
            return null;
        }
        // Closes it also if the outer map was closed meanwhile, so that its slot can't be read.
        try (Undo undo = new Undo(opened::close)) {
            // The kernel gives an id to another map only after it has
            // given away all others. The slot could hold that map too.
            boolean same = slot.innerId(outer) == closed.id()
                    && opened.shape().maxEntries() == closed.shape().maxEntries();
            return same ? undo.commit(opened) : null;
        }
    }

    private @Nullable RawMap tryOpen(SlotKey slot, int id) {
        RawMap pinned = pins == null ? null : pins.open(slot, id);
        if (pinned != null) {
            return pinned;
        }
        RawMap opened;
        try {
            opened = factory.open(id);
        } catch (BpfException e) {
            if (slot.innerId(outer) != id) {
                return null; // another process has replaced the map; it replaces the pin first
            }
            throw e;
        }
        if (opened == null || pins == null) {
            return opened;
        }
        // Before it was open, another process may have displaced, recycled and published it, in another slot.
        try (Undo undo = new Undo(opened::close)) {
            return slot.innerId(outer) == id ? undo.commit(opened) : null;
        }
    }

    /**
     * Creates an empty map, which the caller owns. An empty slot always gets a new map, never a recycled one. So an id that a listener to
     * requests has stored never belongs to another map at the same key.
     */
    OpenMap create(MapShape shape) {
        // The factory uses the object that the outer map belongs to, which is open as long as the outer map is.
        return creating(() -> outer.whileValid(() -> handle(factory.create(shape.requireSize(), null))));
    }

    /** Lets rotations replace maps with these names by maps of the declared size, if that is larger. */
    void grow(Collection<String> names) {
        growing = names.stream().map(MapShape::kernelName).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a rotation replaces the map by a larger one. */
    boolean isOutgrown(MapShape map) {
        return map.maxEntries() < inner.maxEntries()
                && !inner.kind().fixesLength(inner.flags())
                && growing.contains(MapShape.kernelName(map.name()));
    }

    /**
     * Returns an empty map with the name and size of another one, or of the declared size if that is larger and the other one has no size of
     * its own: a recycled one if there is one, or else a new one. Other attributes are
     * the declared ones, because the kernel does not report all of them: neither the NUMA node nor the access flags. If this process reads
     * events of the other map, it also reads the events of the new map, so no event of a program is lost.
     */
    OpenMap createLike(RawMap other) {
        MapShape shape = inner.withName(other.shape().name())
                .withMaxEntries(
                        isOutgrown(other.shape())
                                ? inner.maxEntries()
                                : other.shape().maxEntries())
                .withExtra(other.shape().extra());
        RawMap spare = knownMaps.spares().take(shape);
        if (spare != null) {
            return handle(spare);
        }
        OpenMap map = create(shape);
        try (Undo undo = new Undo(map::close)) {
            int bufferSize = other.stream().bufferSize();
            if (bufferSize > 0) {
                map.stream().openBuffers(bufferSize);
            }
            return undo.commit(map);
        }
    }

    /** Returns a handle to a map, which is closed if there is no memory for the handle. */
    private OpenMap handle(RawMap raw) {
        try {
            return new OpenMap(inner.name(), raw);
        } catch (Throwable e) { // an Undo would need memory, too
            raw.close();
            throw e;
        }
    }

    /**
     * Runs an action that opens or creates a map. If the process can't open another file, suspends all idle maps and runs the action again,
     * until it succeeds or no map is idle. The caller calls {@link #makeRoom} before, or when the change that puts the map into a slot ends.
     */
    <T extends @Nullable Object> T creating(Supplier<T> action) {
        for (int tries = 1; ; tries++) {
            try {
                return action.get();
            } catch (BpfException e) {
                if (e.errnoNumber() != EMFILE) {
                    throw e;
                }
                Suspended suspended = suspend(Integer.MAX_VALUE);
                if (suspended.count() == 0 || tries == MOST_TRIES) {
                    throw exhausted(e, suspended.obstacle());
                }
            }
        }
    }

    /**
     * Suspends idle maps until so many more can be opened. Logs a warning if maps can't be suspended. Throws nothing, because the result of
     * the change that has ended may own inner maps; {@link #creating} tries again if it must.
     */
    void makeRoom(int more) {
        int excess = limit.excess(more);
        if (excess > 0) {
            try {
                Obstacle obstacle = suspend(excess + limit.extra()).obstacle();
                if (obstacle != null && warned.compareAndSet(false, true)) {
                    WarningLog.RUNTIME.warn("open inner maps of " + outerName(), warning(obstacle), null);
                }
            } catch (Throwable e) { // for example, there is no memory
                WarningLog.RUNTIME.warn(
                        "open inner maps of " + outerName(), "idle inner maps can't be closed: " + e, e);
            }
        }
    }

    /** Suspends idle maps: first those of this outer map, which probably has most. */
    private Suspended suspend(int most) {
        Suspended own = knownMaps.suspendIdle(most);
        int count = own.count();
        List<KnownInnerMaps> others;
        synchronized (OF_ALL_OUTER_MAPS) {
            others = count < most ? List.copyOf(OF_ALL_OUTER_MAPS) : List.of();
        }
        for (KnownInnerMaps other : others) {
            if (count < most && !other.equals(knownMaps)) {
                count += other.suspendIdle(most - count).count();
            }
        }
        return new Suspended(count, count < most ? own.obstacle() : null);
    }

    /**
     * Returns why a map could not be opened again if its descriptor were closed, or would lose something; null if it can be closed.
     *
     * @param slot the slot that holds the map
     */
    @Nullable
    Obstacle obstacle(SlotKey slot, int id) {
        if (!keepsContent(inner)) {
            return new Obstacle(
                    "a " + inner.kind()
                            + " as the records declare it can lose timers, events, programs or access rights when its last"
                            + " descriptor is closed",
                    "");
        }
        int result = factory.tryOpen(id);
        // The kernel checks the capability before it looks for a free descriptor (bpf_map_get_fd_by_id in
        // kernel/bpf/syscall.c), so EMFILE means that the process may open the map.
        opensById = result == 0 || result == -EMFILE || (opensById && result == -ENOENT);
        if (opensById || (pins != null && pins.hasPin(slot, id))) {
            return null;
        }
        return new Obstacle(
                "Nestmap could not open it again by its id (" + Errno.of(-result) + ") or by a pin",
                ", run with CAP_SYS_ADMIN, or pin the inner maps (pinInners)");
    }

    /** Whether no map has an {@link #obstacle}, according to the last call of that method. */
    boolean opensById() {
        return opensById;
    }

    /**
     * Whether an inner map keeps everything while a slot holds it and no process has a descriptor. When the last descriptor is closed, the
     * kernel cancels timers, work items and callbacks ({@code htab_map_free_timers_and_wq} in kernel/bpf/hashtab.c), and detaches programs
     * from a map of sockets ({@code sock_map_release_progs} in net/core/sock_map.c). A PERF_EVENT_ARRAY loses the events that were
     * put into it through the descriptor ({@code perf_event_fd_array_release} in kernel/bpf/arraymap.c).
     */
    private static boolean keepsContent(MapShape inner) {
        return KINDS.contains(inner.kind())
                && (inner.flags() & MapFlags.FD_ACCESS) == 0 // opening by id would give more access
                && inner.managed() != null
                && inner.managed().stream().allMatch(field -> field.type() == ManagedFieldType.SPIN_LOCK);
    }

    private String warning(Obstacle obstacle) {
        int open = DescriptorLimit.open().get();
        long last = open + Math.max(0, limit.files() - DescriptorLimit.openFiles());
        return "each inner map of " + outerName() + " keeps a file descriptor, because " + obstacle.reason() + ". "
                + open
                + " are open. This process may open " + limit.files()
                + " files (ulimit -n), so the creation of inner maps will fail at about "
                + last + ". Raise the limit (LimitNOFILE= in systemd)" + obstacle.remedies();
    }

    private BpfException exhausted(BpfException cause, @Nullable Obstacle obstacle) {
        String why = obstacle == null
                ? "they are all in use. Create, rotate or swap fewer inner maps in a call, or raise the limit (LimitNOFILE= in systemd)"
                : obstacle.reason() + ". Raise the limit (LimitNOFILE= in systemd)" + obstacle.remedies();
        return BpfException.of(cause.operation())
                .map(cause.map())
                .errno(cause.errnoNumber())
                .because("this process has reached its limit of open files (ulimit -n), " + limit.files()
                        + ". Of these, " + DescriptorLimit.open().get()
                        + " are inner maps in slots or on the way into one, and Nestmap can close none of them: " + why)
                .cause(cause)
                .build();
    }

    private String outerName() {
        return outer.shape().name();
    }
}
