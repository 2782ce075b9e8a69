/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.map.InnerMapCompatibility;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.nest.SlotChangeRun.Kind;
import dev.nestmap.runtime.internal.observe.RunningOperation;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An outer map with its inner maps. Other packages change the entries of an outer map only through this class, except a migration, which
 * fills a new outer map. Changes of one key run one after the other, and each waits for the kernel's grace period. Changes of different
 * keys share a grace period.
 *
 * <p>An operation on several slots succeeds or fails for each slot separately. Each {@link SlotChange} has the kernel's result, and a
 * failure if the kernel rejected the change or a later step failed. An operation that throws has changed no slot, with one exception:
 * {@link #createRequested} may have changed slots if it can't change the request table afterwards.
 */
public final class Nest {
    private static final MapShape PROBE = new MapShape("probe", MapKind.ARRAY_OF_MAPS, 4, 4, 1, 0);

    final OpenMap outer;
    final InnerMapDescriptors descriptors;
    final KnownInnerMaps knownMaps;
    final InnerMapFinder maps;
    final KeyLocks locks;
    final SlotChangeBatcher updates;
    final SlotChangeBatcher deletes;

    /** The names of the programs that use the outer map and that a grace period does not cover. */
    final List<String> sleepablePrograms;

    /** The pins beside the outer map's pin; null if the outer map is not pinned. */
    final @Nullable SlotChangePinner pins;

    private final MapShape innerShape;
    private final MapFactory factory;
    private final @Nullable KeyRequestTable requests;

    /** The inner maps in memory that callers own. Null in the kernel. */
    private @Nullable Set<OpenMap> handedOut;

    /** The inner maps in memory whose owner has crashed. */
    private final List<OpenMap> left = new ArrayList<>();

    /** The outer maps of the same object, with this one. */
    private List<Nest> ofObject = List.of(this);

    /**
     * Takes over the pins and the request table.
     *
     * @param innerShape the shape of inner maps as the records declare it
     * @param sleepablePrograms names of the programs that use the outer map and that a grace period does not cover
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     * @param requests where programs record keys that they miss; null if inner maps are not created on demand
     */
    public Nest(
            OpenMap outer,
            MapShape innerShape,
            MapFactory factory,
            List<String> sleepablePrograms,
            @Nullable SlotChangePinner pins,
            @Nullable KeyRequestTable requests) {
        this.outer = outer;
        this.innerShape = innerShape;
        this.factory = factory;
        this.sleepablePrograms = List.copyOf(sleepablePrograms);
        this.pins = pins;
        this.requests = requests;
        this.descriptors = new InnerMapDescriptors(outer, innerShape, factory, pins);
        this.knownMaps = descriptors.knownMaps();
        this.locks = new KeyLocks(name());
        this.maps = new InnerMapFinder(outer, innerShape.name(), descriptors, locks);
        Lock turn = new ReentrantLock(true);
        this.updates = new SlotChangeBatcher(outer, turn, "update");
        this.deletes = new SlotChangeBatcher(outer, turn, "delete");
        if (pins != null) {
            knownMaps.whenAbandoned(pins::close);
        }
        if (requests != null) {
            requests.leaks().forEach(leak -> knownMaps.whenAbandoned(leak::free));
        }
        outer.endWith(knownMaps.ending());
    }

    /**
     * Checks the system property that bounds the open inner maps. The constructor throws if it is invalid. Call this method before making
     * pins and opening maps for it.
     *
     * @throws IllegalArgumentException if the property is invalid
     */
    public static void checkSettings() {
        InnerMapDescriptors.checkSettings();
    }

    /**
     * Lets rotations use displaced maps again, after their owners have closed them. The caller knows which programs of the object use the
     * outer map, and that none of them sleeps or runs a callback later. If the outer map is pinned, other processes may use it too, and the
     * kernel has to confirm that they don't use the displaced map. Does nothing if listeners to requests recognize inner maps by their ids.
     */
    public void recycleDisplaced() {
        if (requests == null) {
            // Refers to neither this object nor the handle of the outer map: they would never become garbage.
            RawMap map = outer.raw();
            MapFactory kernel = factory;
            knownMaps.spares().enable(pins == null ? null : () -> kernel.unsharedMapFinder(map));
        }
    }

    /** Ends what {@link #recycleDisplaced} began. A rotation in progress may still publish a recycled map. */
    public void neverRecycle() {
        knownMaps.spares().disable();
    }

    /** The number of recycled maps that wait for the next rotation. */
    public int spareCount() {
        return knownMaps.spares().count();
    }

    /** About how much memory the kernel uses for these maps, in bytes. */
    public long spareBytes() {
        return knownMaps.spares().bytes();
    }

    /** Finds the inner maps. */
    public InnerMapFinder maps() {
        return maps;
    }

    /** The shape of inner maps as the records declare it. */
    public MapShape innerShape() {
        return innerShape;
    }

    /** The size of the value of an inner map's entry in bytes; for a per-CPU map the size of the values of all CPUs together. */
    public int innerValueBytes() {
        return innerShape.valueBytes(factory::possibleCpus);
    }

    /** How many of the wanted inner maps should be created at a time, so that few more are open than the bound allows. At least 1. */
    public int mostAtOnce(int wanted) {
        return descriptors.most(wanted);
    }

    /**
     * Returns the maps in which programs record missing keys.
     *
     * @throws BpfException if this handle has none
     */
    public KeyRequestTable requireRequests() {
        if (requests == null) {
            throw BpfException.of("serving of requests")
                    .map(name())
                    .because(
                            "this handle does not know the maps in which programs record missing keys. Load or bind the object that has"
                                    + " them. If the outer map is pinned by an object or by newMap(pin), openPinned(pin) with read and"
                                    + " write access finds them beside the pin")
                    .build();
        }
        return requests;
    }

    /**
     * Requests an inner map like a program that misses it, but with count 0. Returns false if the table of requests is full, or if the
     * outer map can't have the key.
     *
     * @throws BpfException if this handle has no table of requests
     */
    public boolean request(SlotKey slot) {
        return requireRequests().request(slot, outer.shape());
    }

    /**
     * Returns the keys that programs have requested.
     *
     * @throws BpfException if this handle has no table of requests
     */
    public <K> RequestedKeys<K> requestedKeys(Codec<K> codec) {
        return new RequestedKeys<>(requireRequests(), outer.shape(), codec);
    }

    /**
     * Creates an inner map that is in no slot. The caller owns it.
     *
     * @throws BpfException if the outer map can't hold a map of this shape
     */
    public OpenMap createDetached(MapShape shape) {
        requireCompatible(shape);
        return descriptors.create(shape);
    }

    private void requireCompatible(MapShape shape) {
        requireCompatible("creation of an inner map", null, shape, "create it with the declared number of entries");
    }

    /**
     * Rejects a map that the kernel does not accept in the outer map, or that would not work there. Nothing has changed yet.
     *
     * @param remedy what the caller can do
     */
    void requireCompatible(String operation, @Nullable SlotKey slot, MapShape shape, String remedy) {
        InnerMapCompatibility.difference(innerShape, shape)
                .filter(difference -> !InnerMapCompatibility.isUsable(innerShape, shape) || !isAccepted(shape))
                .ifPresent(difference -> {
                    throw BpfException.of(operation)
                            .map(name())
                            .key(slot == null ? null : slot.key())
                            .because("the map differs from the declared inner map: " + difference + "; " + remedy)
                            .build();
                });
    }

    /**
     * Asks the kernel, with new maps of the same shapes, whether an outer map accepts an inner map that differs. An update of the outer map
     * itself would put the map into a slot. False if this process can't create the new maps.
     */
    private boolean isAccepted(MapShape shape) {
        // The kernel accepts no BTF types for an outer map, after which a factory creates no more maps with types.
        MapFactory untyped = factory.of(PROBE.definition(PROBE.name(), MapRole.OUTER, null, null, null));
        try (OpenMap prototype = descriptors.create(innerShape);
                OpenMap inner = descriptors.create(shape);
                RawMap asked = untyped.create(PROBE, prototype.raw())) {
            return asked.update(OffHeapBlock.allocate(Integer.BYTES), 0, inner.raw(), RawMap.ANY) == 0;
        } catch (BpfException e) {
            return false;
        }
    }

    /**
     * Puts new inner maps into empty slots. The change of a slot that is not empty fails with EEXIST.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> create(List<SlotKey> slots, BiConsumer<SlotKey, SlottedInnerMap> fill) {
        return create(slots, innerShape, fill);
    }

    /** Puts new inner maps of a shape into empty slots, which the outer map must be able to hold. */
    public List<SlotChange> create(List<SlotKey> slots, MapShape shape, BiConsumer<SlotKey, SlottedInnerMap> fill) {
        requireCompatible(shape);
        return changing(Kind.CREATE, slots, run -> {
            run.supplyNew(() -> descriptors.create(shape), (slot, created) -> {
                fill.accept(slot, created);
                return true;
            });
            return run.make(false);
        });
    }

    /**
     * Puts new inner maps into empty slots that programs requested, and ends the requests.
     *
     * @param source provides the maps
     * @param fill fills a map before it is published; false leaves the slot empty and the request as it is
     * @param missed receives, for each key that has an inner map now, how often programs missed it, no matter who created the
     *     inner map. Called with the keys locked and before the requests are deleted. So a process that is killed in between
     *     leaves the counts to be reported again, and loses none.
     */
    public List<SlotChange> createRequested(
            List<SlotKey> slots,
            Supplier<OpenMap> source,
            BiPredicate<SlotKey, SlottedInnerMap> fill,
            Consumer<Map<SlotKey, Long>> missed) {
        KeyRequestTable table = requireRequests();
        return changing(Kind.CREATE, slots, run -> {
            run.supplyNew(source, fill);
            // While the keys are locked, each of their inner maps comes from a change that has waited for its grace
            // period.
            // So their counts are final.
            return run.make(false, () -> {
                ToIntFunction<SlotKey> ids = maps.idsOf(slots);
                Map<SlotKey, Long> counts = table.counts(
                        slots.stream().filter(slot -> ids.applyAsInt(slot) != 0).toList());
                missed.accept(counts);
                Map<SlotKey, Long> later = table.delete(counts);
                if (!later.isEmpty()) { // the receiver took inner maps out, and programs missed their keys again
                    missed.accept(later);
                }
            });
        });
    }

    /** Puts inner maps that the caller owns into slots. The caller gets the maps that were there. */
    public List<SlotChange> swap(List<SlotKey> slots, List<OpenMap> owned) {
        return changing(Kind.SWAP, slots, run -> {
            run.supplyOwned(owned);
            return run.make(false);
        });
    }

    /** Puts inner maps into more slots; they also stay where they are. The caller gets the maps that were there. */
    public List<SlotChange> share(List<SlotKey> slots, List<OpenMap> borrowed) {
        return share(Kind.SHARE, slots, borrowed);
    }

    /**
     * Puts the maps of a loaded object into their declared slots.
     *
     * @param replaces whether to replace and close the maps that are there. Otherwise the change of a slot that holds another map fails with
     *     EEXIST
     */
    public List<SlotChange> fill(List<SlotKey> slots, List<OpenMap> borrowed, boolean replaces) {
        return share(replaces ? Kind.REPLACE : Kind.FILL, slots, borrowed);
    }

    private List<SlotChange> share(Kind kind, List<SlotKey> slots, List<OpenMap> borrowed) {
        return changing(kind, slots, run -> {
            run.supplyShared(borrowed);
            return run.make(false);
        });
    }

    /**
     * Registers a map of the object that is in a slot already.
     *
     * @return whether {@link #fill} must put the map there again, because this creates its pin. That change also takes the map out of the
     *     slot, so without the registration it would close the map
     */
    public boolean adopt(SlotKey slot, OpenMap map) {
        knownMaps.endPut(knownMaps.addShared(map), slot);
        return pins != null && pins.pinsInners();
    }

    /**
     * Replaces inner maps by empty ones and hands out the displaced maps. Returns when all programs that may have found a
     * displaced map, and all calls through its handles, have ended. The change of an empty slot fails with ENOENT.
     *
     * @param exact whether to reject the operation if programs may still write to a displaced map
     */
    public List<SlotChange> rotate(List<SlotKey> slots, boolean exact) {
        return changing(Kind.ROTATE, slots, run -> run.make(exact));
    }

    /** Removes entries and hands out their inner maps, otherwise like {@link #rotate}. */
    public List<SlotChange> take(List<SlotKey> slots, boolean exact) {
        return changing(Kind.TAKE, slots, run -> run.make(exact));
    }

    /** Removes entries and closes their inner maps. The change of an empty slot fails with ENOENT. */
    public List<SlotChange> discard(List<SlotKey> slots) {
        return changing(Kind.DISCARD, slots, run -> run.make(false));
    }

    private List<SlotChange> changing(Kind kind, List<SlotKey> slots, Function<SlotChangeRun, List<SlotChange>> body) {
        return RunningOperation.of(kind.observed(), name(), observation -> {
            try (SlotChangeRun run = new SlotChangeRun(this, kind, slots, observation)) {
                return run.returning(body.apply(run));
            } finally {
                descriptors.makeRoom(0);
            }
        });
    }

    /**
     * Hands out the maps that earlier processes displaced and did not drain, after a repair of the pins that these processes left
     * in an intermediate state. Returns an empty list if the outer map is not pinned or opened read-only. In memory, the maps are those of
     * {@link #crash}.
     *
     * @param receiver takes a handle to each map, with its {@linkplain OpenMap#origin former slot}, and converts it to the caller's result; if
     *     it fails for one map, all of them stay pinned
     */
    public <T> List<T> recoverUndrained(Function<OpenMap, T> receiver) {
        return RunningOperation.of(Operation.Kind.RECOVER, name(), observation -> {
            List<T> recovered = pins == null
                    ? recoverLeft(receiver)
                    : pins.isReadOnly() ? List.of() : recoverUndrained(pins, receiver);
            observation.result(recovered.size(), 0);
            return recovered;
        });
    }

    /** Prepares for {@link #crash}, which is only possible in memory. */
    public synchronized void mayCrash() {
        handedOut = Collections.newSetFromMap(new WeakHashMap<>());
    }

    /** Called for each map that a caller owns from now on. */
    synchronized void handedOut(OpenMap map) {
        if (handedOut != null) {
            handedOut.add(map);
        }
    }

    /**
     * Revokes the handles of the maps in memory that callers own, as if their process had crashed. The maps stay undrained until {@link
     * #recoverUndrained} returns them.
     */
    public synchronized void crash() {
        Set<OpenMap> owned = Objects.requireNonNull(handedOut, "not in memory");
        owned.stream()
                .sorted(Comparator.comparing(
                                (OpenMap map) -> map.requireOrigin().takenOut())
                        .thenComparingInt(map -> map.requireOrigin().mapId()))
                .forEach(this::leave);
        owned.clear();
    }

    private void leave(OpenMap map) {
        try {
            OpenMap kept = map.moveToNewHandle("a test has let its process crash");
            left.add(kept.takenOutOf(map.requireOrigin()));
        } catch (InvalidHandleException e) {
            // The owner has closed the map, or has put it into a slot.
        }
    }

    private synchronized <T> List<T> recoverLeft(Function<OpenMap, T> receiver) {
        List<T> recovered = new ArrayList<>();
        for (OpenMap map : left) {
            map.endWith(knownMaps.countDown());
            recovered.add(receiver.apply(map));
            handedOut(map);
        }
        left.clear();
        return recovered;
    }

    private <T> List<T> recoverUndrained(SlotChangePinner pinner, Function<OpenMap, T> receiver) {
        if (!pinner.acquireOwnership(outer)) {
            throw BpfException.of("search for undrained maps")
                    .map(name())
                    .because(SlotChangeRun.OTHER_OWNER
                            + ". It may still drain the maps that are pinned: recover them in the owner, or after that")
                    .build();
        }
        pinner.repair(outer, factory, locks, maps::idOf);
        return pinner.takeUndrained(name(), innerShape, locks, this::idsInSlots, receiver);
    }

    /**
     * Returns the ids of the maps in slots of all outer maps of the object. A process that put a displaced map into a slot, and was killed
     * before it removed the map's pin, may have chosen another outer map.
     */
    private Set<Integer> idsInSlots() {
        return ofObject.stream().flatMap(nest -> nest.maps.ids().stream()).collect(Collectors.toSet());
    }

    /** Sets the outer maps of the object that this one belongs to. Called before others use this one. */
    public void setOfObject(Collection<Nest> all) {
        ofObject = List.copyOf(all);
    }

    /** Runs an action that changes slots. If the outer map is pinned, no other process changes slots meanwhile. */
    <T> T excludingOtherProcesses(Supplier<T> action) {
        return pins == null ? action.get() : pins.excludingOtherProcesses(action);
    }

    /** Counts the inner maps that were displaced and are not drained. */
    public int undrainedCount() {
        return knownMaps.undrained().get() + (pins == null ? 0 : pins.undrainedCount());
    }

    /** Closes all inner maps. No thread is in a call of the outer map any more. */
    public void close(String reason) {
        Cleanup cleanup = new Cleanup().run(() -> knownMaps.close(reason));
        if (pins != null) {
            cleanup.run(pins::close);
        }
        if (requests != null) {
            cleanup.run(() -> requests.close(reason));
        }
        cleanup.rethrow();
    }

    String name() {
        return outer.shape().name();
    }
}
