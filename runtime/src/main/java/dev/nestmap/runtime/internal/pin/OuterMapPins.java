/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.pin;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.PinPermissions;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.KeyLocks;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.internal.outer.SlotPins;
import dev.nestmap.runtime.internal.outer.UndrainedMap;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.schema.type.CType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The pins beside the pin of an outer map: of inner maps by their keys, and of displaced maps that are being drained. Whoever
 * changes a key holds its lock.
 *
 * <p>Each step leaves a state that {@link #repair} can tell from the ids in the outer map. Before a change the map that comes
 * is pinned as the key's next and the one that goes as draining; after it the next becomes the key's pin. A map is handed out
 * pinned, and unpinned when its owner closes it or puts it into a slot.
 */
public final class OuterMapPins implements SlotPins {
    private static final String NEXT = "-next";

    private final Pins pins;
    private final PinPaths place;
    private final KeyFileNames names;
    private final boolean pinsInners;
    private final ReentrantLock ownership = new ReentrantLock();
    private Pins.@Nullable Lock owner;
    private boolean closed;
    private final Set<Path> draining = ConcurrentHashMap.newKeySet();

    /** @param pinsInners whether inner maps are pinned by their keys */
    public OuterMapPins(Pins pins, PinPaths place, CType key, boolean pinsInners) {
        this.pins = pins;
        this.place = place;
        this.names = new KeyFileNames(key);
        this.pinsInners = pinsInners || Files.isDirectory(place.inners());
    }

    /** What finds maps that are not pinned. */
    public InnerMapSamples samples(MapFactory factory) {
        return new InnerMapSamples(factory, pins);
    }

    /** Whether inner maps are pinned by their keys. */
    @Override
    public boolean pinsInners() {
        return pinsInners;
    }

    /** The inner map with this id at the key, if it is pinned. */
    @Override
    public @Nullable RawMap open(SlotKey slot, int id) {
        String name = names.name(slot.bytes());
        RawMap current = open(place.inner(name), id);
        return current != null ? current : open(place.next(name), id);
    }

    private @Nullable RawMap open(Path path, int id) {
        RawMap map = pins.open(path, place.access());
        if (map != null && map.id() != id) {
            map.close();
            return null;
        }
        return map;
    }

    /** Whether maps can't be taken out, as the handle only reads. */
    @Override
    public boolean isReadOnly() {
        return place.access() == PinAccess.READ_ONLY;
    }

    /**
     * Said before changes are made. When it fails, nothing is pinned more than before.
     *
     * @param outer the outer map
     * @param handsOut whether maps that go are drained by somebody
     * @param current the id of the inner map that is at a key now
     * @throws BpfException when another map is pinned in the place of the outer map: what is beside it is that one's
     */
    @Override
    public void prepare(RawMap outer, List<SlotChange> moves, boolean handsOut, ToIntFunction<SlotKey> current) {
        if (isReadOnly()) {
            return; // the kernel refuses the changes
        }
        requireOwnPin(outer);
        List<SlotChange> prepared = new ArrayList<>();
        try {
            for (SlotChange move : moves) {
                prepared.add(move);
                prepare(move, handsOut, current);
            }
        } catch (Throwable e) {
            new Cleanup(e).each(prepared, this::refused);
            throw e;
        }
    }

    private void requireOwnPin(RawMap outer) {
        RawMap pinned = pins.open(place.outer(), PinAccess.READ_ONLY);
        if (pinned != null) {
            int id = pinned.id();
            pinned.close();
            if (id != outer.id()) {
                throw new BpfException(
                        "change of map " + outer.shape().name(),
                        "it is no longer what is pinned at " + place.outer()
                                + ", where another map is now, perhaps by a"
                                + " migration: open that one, and close this one, which can still be read");
            }
        }
    }

    private void prepare(SlotChange move, boolean handsOut, ToIntFunction<SlotKey> current) {
        if (move.change() == null) {
            return;
        }
        String name = names.name(move.slot().bytes());
        RawMap arriving = move.arriving();
        if (pinsInners && arriving != null) {
            repair(name, current.applyAsInt(move.slot()));
            pins.pin(arriving, place.next(name), place.options());
        }
        OpenInnerMap leaving = move.leaving();
        if (handsOut && leaving != null) {
            Path path = place.draining(name, leaving.id());
            draining.add(path);
            move.draining(path);
            pins.remove(path); // of the same map, from a change that was refused when its process ended
            pins.pin(leaving.map().raw(), path, PinPermissions.forWriters(place.options()));
        }
    }

    /**
     * Whether this is the one that hands out maps, of all processes and objects with the same pin: from now on it is. Two of
     * them could take the same map for the one that they displace, and lose another. It lasts until {@link #close}, or the
     * end of the process, however it ends.
     */
    @Override
    public boolean own() {
        ownership.lock();
        try {
            if (owner == null && !closed) {
                owner = pins.lock(place.draining(), PinPermissions.forWriters(place.options()));
            }
            return owner != null || closed; // then it is the outer map that refuses
        } finally {
            ownership.unlock();
        }
    }

    /** Gives up what {@link #own} took. */
    @Override
    public void close() {
        ownership.lock();
        try {
            closed = true;
            if (owner != null) {
                owner.close();
                owner = null;
            }
        } finally {
            ownership.unlock();
        }
    }

    /** Said after a change was made or refused. */
    @Override
    public void settle(SlotChange move) {
        if (isReadOnly() || move.change() == null) {
            return;
        }
        if (move.result() == 0) {
            made(move);
        } else {
            refused(move);
        }
    }

    private void made(SlotChange move) {
        Path path = move.draining();
        LeasedMap displaced = move.displaced();
        if (path != null && displaced != null) {
            displaced.whenGone(() -> drained(path));
        } else if (path != null) {
            draining.remove(path); // nobody here drains it, as it could not be handed out: it is left to be found
        }
        String name = names.name(move.slot().bytes());
        if (pinsInners && move.arriving() != null) {
            pins.move(place.next(name), place.inner(name));
        } else if (pinsInners) {
            pins.remove(place.inner(name));
        }
    }

    private void refused(SlotChange move) {
        Path path = move.draining();
        if (path != null) {
            drained(path);
        }
        if (pinsInners && move.change() != null && move.arriving() != null) {
            pins.remove(place.next(names.name(move.slot().bytes())));
        }
    }

    private void drained(Path path) {
        draining.remove(path); // also when the pin can't be removed: then it is left to be found
        pins.remove(path);
    }

    /** Completes or takes back the change of a key in which a process ended. */
    private void repair(String name, int current) {
        RawMap next = pins.open(place.next(name), PinAccess.READ_WRITE);
        if (next == null) {
            return;
        }
        int id = next.id();
        next.close();
        if (id == current) {
            pins.move(place.next(name), place.inner(name));
        } else {
            pins.remove(place.next(name));
        }
    }

    /**
     * Mends what processes left that ended in a change, or that changed the same key at once: pins of inner maps that are not in the
     * outer map are removed, and inner maps without a pin get theirs, as far as this process may open them.
     *
     * @param current the id of the inner map that is at a key now, 0 where there is none; asked for under the key's lock
     */
    @Override
    public void repair(RawMap outer, MapFactory factory, KeyLocks locks, ToIntFunction<SlotKey> current) {
        InnerMapSamples samples = samples(factory);
        removeOthers(locks, current);
        if (pinsInners) {
            for (InnerMapSlots occupant : InnerMapSlots.of(outer, names)) {
                for (SlotKey slot : occupant.slots()) {
                    locks.holding(List.of(slot), () -> pinMissing(slot, current.applyAsInt(slot), samples));
                }
            }
        }
    }

    private boolean pinMissing(SlotKey slot, int id, InnerMapSamples samples) {
        Path path = place.inner(names.name(slot.bytes()));
        RawMap pinned = id == 0 ? null : open(path, id);
        RawMap missing = id == 0 || pinned != null ? null : samples.open(id);
        if (pinned != null) {
            pinned.close();
        }
        if (missing == null) {
            return false;
        }
        try {
            pins.pin(missing, path, place.options());
            return true;
        } finally {
            missing.close();
        }
    }

    private void removeOthers(KeyLocks locks, ToIntFunction<SlotKey> current) {
        for (Path path : pins.list(place.inners())) {
            String file = String.valueOf(path.getFileName());
            String name = file.endsWith(NEXT) ? file.substring(0, file.length() - NEXT.length()) : file;
            names.key(name)
                    .map(key -> new SlotKey(name, key))
                    .ifPresent(slot -> locks.holding(List.of(slot), () -> {
                        int id = current.applyAsInt(slot);
                        repair(name, id);
                        RawMap kept = id == 0 ? null : open(place.inner(name), id);
                        if (kept == null) {
                            pins.remove(place.inner(name));
                        } else {
                            kept.close();
                        }
                        return id;
                    }));
        }
    }

    /**
     * The maps that processes that have ended displaced and did not drain. One that is still in the outer map was not
     * displaced: it is unpinned. When one can't be handed over, none is.
     *
     * @param isIn whether the map with this id is in the outer map
     * @param heir makes of a map what is handed over
     */
    @Override
    public <T> List<T> left(String name, IntPredicate isIn, Function<UndrainedMap, T> heir) {
        List<T> left = new ArrayList<>();
        List<UndrainedMap> taken = new ArrayList<>();
        try {
            for (Path path : pins.list(place.draining())) {
                if (draining.contains(path)) {
                    continue; // somebody in this process drains it
                }
                byte[] key = keyOf(path);
                RawMap map = key == null ? null : pins.open(path, PinAccess.READ_WRITE);
                if (map == null || key == null) {
                    continue;
                }
                if (isIn.test(map.id())) {
                    map.close();
                    pins.remove(path);
                } else if (draining.add(path)) {
                    UndrainedMap leftover = new UndrainedMap(key, new LeasedMap(name, map), path);
                    taken.add(leftover);
                    left.add(heir.apply(leftover));
                } else {
                    map.close();
                }
            }
        } catch (Throwable e) {
            new Cleanup(e).each(taken, one -> {
                draining.remove(one.pin()); // it stays pinned
                one.map().close();
            });
            throw e;
        }
        taken.forEach(one -> one.map().whenGone(() -> drained(one.pin())));
        return left;
    }

    /** Whose it was, from {@code <key>-<id>}. */
    private byte @Nullable [] keyOf(Path path) {
        String file = String.valueOf(path.getFileName());
        int hyphen = file.lastIndexOf('-');
        return hyphen < 0 ? null : names.key(file.substring(0, hyphen)).orElse(null);
    }
}
