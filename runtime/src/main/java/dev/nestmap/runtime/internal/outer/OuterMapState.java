/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.NestReader;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.observe.Observation;
import dev.nestmap.runtime.observe.OperationKind;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An outer map with its inner maps. Other packages change the entries of an outer map only through this class. Changes of one key run
 * one after the other, and each waits for the kernel's grace period. Changes of different keys share a grace period.
 *
 * <p>An operation on several slots succeeds or fails for each slot separately. Each {@link SlotChange} has the kernel's result, and
 * a failure if the kernel rejected the change or a later step failed. If an operation throws, it has changed no slot.
 */
public final class OuterMapState {
    private final OpenMap outer;
    private final InnerMapFactory maps;
    private final MapFactory factory;
    private final Descriptors descriptors;
    private final Holdings holdings;
    private final SlotLocks locks;
    private final InnerMaps entries;
    private final Rotation rotation;
    private final Publisher publisher;
    private final LazyNestReader nestReader;
    private final InnerEntries innerEntries;
    private final @Nullable SlotPins pins;
    private final @Nullable RequestTable requests;

    /**
     * Takes over the pins and the request table.
     *
     * @param innerShape the shape of inner maps as the records declare it
     * @param sleepablePrograms names of the programs that use the outer map and that a grace period does not cover
     * @param pins the pins beside the outer map's pin; null if the outer map is not pinned
     * @param requests where programs record keys that they miss; null if inner maps are not created on demand
     */
    public OuterMapState(
            OpenMap outer,
            MapShape innerShape,
            MapFactory factory,
            List<String> sleepablePrograms,
            @Nullable SlotPins pins,
            @Nullable RequestTable requests) {
        this.outer = outer;
        this.factory = factory;
        this.descriptors = new Descriptors(outer, innerShape, factory, pins);
        this.holdings = descriptors.holdings();
        this.maps = new InnerMapFactory(outer, innerShape, factory, descriptors);
        this.locks = new SlotLocks(new KeyLocks(outer.shape().name()), pins);
        this.entries = new InnerMaps(outer, innerShape.name(), descriptors, locks.keys());
        this.publisher = new Publisher(outer);
        ExactnessCheck exactness = new ExactnessCheck(outer, sleepablePrograms, entries, pins);
        this.rotation = new Rotation(outer, maps, entries, holdings, locks, exactness, pins);
        this.nestReader = new LazyNestReader(outer.shape(), innerShape, factory);
        this.innerEntries = new InnerEntries(outer, entries, nestReader);
        holdings.whenAbandoned(nestReader::close);
        this.pins = pins;
        this.requests = requests;
        if (pins != null) {
            holdings.whenAbandoned(pins::close);
        }
        if (requests != null) {
            requests.leaks().forEach(leak -> holdings.whenAbandoned(leak::free));
        }
        outer.endWith(holdings.ending());
    }

    /**
     * Checks the system property that bounds the open inner maps. The constructor throws if it is invalid. Call this method before making
     * pins and opening maps for it.
     *
     * @throws IllegalArgumentException if the property is invalid
     */
    public static void checkSettings() {
        Descriptors.checkSettings();
    }

    /** Reads the entries of the outer map. */
    public InnerMaps entries() {
        return entries;
    }

    /** The shape of inner maps as the records declare it. */
    public MapShape innerShape() {
        return maps.declared();
    }

    /** The size of the value of an inner map's entry in bytes; for a per-CPU map the size of the values of all CPUs together. */
    public int innerValueBytes() {
        return maps.valueBytes();
    }

    /** Reads entries of the inner maps. */
    public InnerEntries innerEntries() {
        return innerEntries;
    }

    /** Reads entries of the inner maps by this reader from now on, and closes it with the outer map. Called before the first read. */
    public void readThrough(NestReader reader) {
        nestReader.use(reader);
    }

    /** How many of the wanted inner maps should be created at a time, so that few more are open than the bound allows. At least 1. */
    public int mostAtOnce(int wanted) {
        return descriptors.most(wanted);
    }

    /** A stock of at most {@code count} inner maps of the declared shape, created in advance. */
    public SpareMaps spares(int count) {
        return new SpareMaps(maps::create, count);
    }

    /**
     * Returns the maps in which programs record missing keys.
     *
     * @throws BpfException if this handle has none
     */
    public RequestTable requireRequests() {
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
     * Creates an inner map that is in no slot. The caller owns it.
     *
     * @throws BpfException if the outer map can't hold a map of this shape
     */
    public OpenMap createDetached(MapShape shape) {
        requireCompatible(shape);
        return maps.create(shape);
    }

    private void requireCompatible(MapShape shape) {
        maps.requireCompatible(
                "creation of an inner map", null, shape, "create it with the declared number of entries");
    }

    /**
     * Puts new inner maps into empty slots. The change of a slot that is not empty fails with EEXIST.
     *
     * @param fill fills a map before it is published
     */
    public List<SlotChange> create(List<SlotKey> slots, BiConsumer<SlotKey, InnerMap> fill) {
        return create(slots, maps::create, fill);
    }

    /** Puts new inner maps of a shape into empty slots, which the outer map must be able to hold. */
    public List<SlotChange> create(List<SlotKey> slots, MapShape shape, BiConsumer<SlotKey, InnerMap> fill) {
        requireCompatible(shape);
        return create(slots, () -> maps.create(shape), fill);
    }

    private List<SlotChange> create(
            List<SlotKey> slots, Supplier<OpenMap> supplier, BiConsumer<SlotKey, InnerMap> fill) {
        return create(
                slots,
                supplier,
                (slot, created) -> {
                    fill.accept(slot, created);
                    return true;
                },
                () -> {});
    }

    /**
     * Puts new inner maps into empty slots that programs requested, and ends the requests.
     *
     * @param spares provides the maps
     * @param fill fills a map before it is published; false leaves the slot empty and the request as it is
     * @param missed receives, for each key that has an inner map now, how often programs missed it, no matter who created the
     *     inner map. Called with the keys locked and before the requests are deleted. So a process that is killed in between
     *     leaves the counts to be reported again, and loses none.
     */
    public List<SlotChange> createRequested(
            List<SlotKey> slots,
            SpareMaps spares,
            BiPredicate<SlotKey, InnerMap> fill,
            Consumer<Map<SlotKey, Long>> missed) {
        RequestTable table = requireRequests();
        // While the keys are locked, each of their inner maps comes from a change that has waited for its grace period.
        // So their counts are final.
        return create(slots, spares, fill, () -> {
            ToIntFunction<SlotKey> ids = entries.idsOf(slots);
            Map<SlotKey, Long> counts = table.counts(
                    slots.stream().filter(slot -> ids.applyAsInt(slot) != 0).toList());
            missed.accept(counts);
            Map<SlotKey, Long> later = table.delete(counts);
            if (!later.isEmpty()) { // the receiver took inner maps out, and programs missed their keys again
                missed.accept(later);
            }
        });
    }

    private List<SlotChange> create(
            List<SlotKey> slots,
            Supplier<OpenMap> supplier,
            BiPredicate<SlotKey, InnerMap> fill,
            Runnable whileLocked) {
        return changing(OperationKind.CREATE, changes -> {
            ToIntFunction<SlotKey> ids = entries.idsOf(slots);
            for (SlotKey slot : slots) {
                if (ids.applyAsInt(slot) != 0) {
                    changes.add(SlotChange.rejected(slot, -EEXIST));
                } else {
                    IncomingMap created = IncomingMap.ofNewHandle(holdings, supplier.get());
                    SlotChange change = changes.add(new SlotChange(slot, RawMap.NOEXIST).withIncoming(created));
                    if (!fill.test(slot, change.requireIncoming())) {
                        change.withdraw(holdings);
                    }
                }
            }
            changes.beforeLocks();
            return locks.keys().holding(slots, () -> {
                List<SlotChange> published = locks.holding(slots, () -> {
                    changes.locked();
                    return changes.publish(false, "");
                });
                whileLocked.run();
                return published;
            });
        });
    }

    /**
     * Puts inner maps that the caller owns into slots. A handle whose map is put into a slot becomes invalid.
     *
     * @param handsOut whether the caller gets the maps that were in the slots; otherwise they are closed
     */
    public List<SlotChange> put(List<SlotKey> slots, List<OpenMap> owned, boolean handsOut) {
        String whyInvalid = "it was put into " + name() + ", which owns the map now";
        return changing(OperationKind.PUT, changes -> {
            for (int i = 0; i < slots.size(); i++) {
                MapShape shape = owned.get(i).shape();
                maps.requireCompatible(
                        "put of map " + shape.name(),
                        slots.get(i),
                        shape,
                        "put a map from detached() of this accessor");
                changes.add(new SlotChange(slots.get(i), RawMap.ANY)
                        .withIncoming(IncomingMap.ofOwnedHandle(descriptors, owned.get(i), whyInvalid)));
            }
            String reason = handsOut ? "was swapped for another" : "was replaced by a put to " + name();
            return replace(slots, changes, handsOut, reason);
        });
    }

    /** Puts inner maps into more slots; they also stay where they are. The maps that were in the slots are closed. */
    public List<SlotChange> share(List<SlotKey> slots, List<OpenMap> borrowed) {
        return changing(OperationKind.SHARE, changes -> {
            for (int i = 0; i < slots.size(); i++) {
                MapShape shape = borrowed.get(i).shape();
                maps.requireCompatible(
                        "share of map " + shape.name(),
                        slots.get(i),
                        shape,
                        "share a map of an outer map whose inner maps have the same definition");
                changes.add(new SlotChange(slots.get(i), RawMap.ANY)
                        .withIncoming(IncomingMap.ofSharedHandle(holdings, borrowed.get(i))));
            }
            return replace(slots, changes, false, "was replaced by a share to " + name());
        });
    }

    /**
     * Registers a map of the object that is in a slot already. If inner maps are pinned, puts it into the slot again, which
     * creates the pin.
     */
    public void adopt(SlotKey slot, OpenMap map) {
        if (pins != null && pins.pinsInners()) {
            BpfException failure = share(List.of(slot), List.of(map)).get(0).failure();
            if (failure != null) {
                throw failure;
            }
        } else {
            IncomingMap.ofSharedHandle(holdings, map).published(slot);
        }
    }

    /**
     * Replaces inner maps by empty ones and hands out the displaced maps. Returns when all programs that may have found a
     * displaced map, and all calls through its handles, have ended. The change of an empty slot fails with ENOENT.
     *
     * @param exact whether to reject the operation if programs may still write to a displaced map
     */
    public List<SlotChange> rotate(List<SlotKey> slots, boolean exact) {
        return changing(OperationKind.ROTATE, changes -> {
            return rotation.rotate(slots, exact, changes);
        });
    }

    /** Removes entries and hands out their inner maps, otherwise like {@link #rotate}. */
    public List<SlotChange> take(List<SlotKey> slots, boolean exact) {
        return changing(OperationKind.TAKE, changes -> {
            return rotation.take(slots, exact, changes);
        });
    }

    /** Removes entries and closes their inner maps. The change of an empty slot fails with ENOENT. */
    public List<SlotChange> remove(List<SlotKey> slots) {
        return changing(OperationKind.REMOVE, changes -> {
            slots.forEach(slot -> changes.add(new SlotChange(slot, RawMap.ANY)));
            return replace(slots, changes, false, "was removed from " + name());
        });
    }

    /**
     * Hands out the maps that earlier processes displaced and did not drain, after a repair of the pins that these processes left
     * in an intermediate state. Returns an empty list if the outer map is not pinned or opened read-only.
     *
     * @param receiver converts each map to the caller's result; if it fails for one map, all of them stay pinned
     */
    public <T> List<T> recoverUndrained(Function<UndrainedMap, T> receiver) {
        return Observation.of(OperationKind.RECOVER, name(), observation -> {
            List<T> recovered = rotation.recoverUndrained(factory, receiver);
            observation.result(recovered.size(), 0);
            return recovered;
        });
    }

    /** Counts the inner maps that were displaced and are not drained. */
    public int undrainedCount() {
        return holdings.undrained().get() + (pins == null ? 0 : pins.undrainedCount());
    }

    /** Closes all inner maps. No thread is in a call of the outer map any more. */
    public void close(String reason) {
        Cleanup cleanup = new Cleanup().run(() -> holdings.close(reason)).run(nestReader::close);
        if (pins != null) {
            cleanup.run(pins::close);
        }
        if (requests != null) {
            cleanup.run(() -> requests.close(reason));
        }
        cleanup.rethrow();
    }

    /**
     * Publishes changes of slots, whether or not the slots are empty. Opens a map that another process put into a slot only if it
     * is handed out.
     */
    private List<SlotChange> replace(List<SlotKey> slots, SlotChanges changes, boolean handsOut, String reason) {
        changes.beforeLocks();
        return locks.holding(slots, () -> {
            changes.locked();
            ToIntFunction<SlotKey> ids = entries.idsOf(slots);
            for (SlotChange change : changes.list()) {
                SlotKey slot = change.slot();
                int id = ids.applyAsInt(slot);
                change.withOutgoing(handsOut ? entries.beginRemoval(slot, id) : entries.beginRemovalIfOpen(id));
            }
            return changes.publish(handsOut, reason);
        });
    }

    private List<SlotChange> changing(OperationKind kind, Function<SlotChanges, List<SlotChange>> body) {
        return Observation.of(kind, name(), observation -> {
            try (SlotChanges changes = new SlotChanges(outer, entries, holdings, publisher, pins, observation)) {
                return body.apply(changes);
            } finally {
                descriptors.makeRoom(0);
            }
        });
    }

    private String name() {
        return outer.shape().name();
    }
}
