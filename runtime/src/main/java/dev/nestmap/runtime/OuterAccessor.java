/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.HeldInnerMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.AccessorBinding;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.Schema;
import dev.nestmap.types.ByteString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps: {@code HASH_OF_MAPS} or {@code ARRAY_OF_MAPS}. It owns the inner maps in its slots. {@link #get} lends handles
 * to them, always the same handle for the same map.
 *
 * <p>A change waits until no running program uses the previous entry any more (the kernel's grace period: about 10 ms, and since
 * Linux 6.19 about 0.1 ms). Changes of one key are made one after the other. Changes of different keys that wait at the same time share the grace period, whichever threads made them.
 * Methods whose names end with {@code All} change many keys in one grace period. Each key succeeds or fails independently, and a {@link
 * BatchException} has the failures. A key that is given twice counts once.
 *
 * <p>Some methods have a condition: {@link #create} requires an empty slot, and {@link #rotate} requires an inner map in it. The kernel
 * checks no condition when it updates an {@code ARRAY_OF_MAPS}, or several entries of a {@code HASH_OF_MAPS} in one batch. Then Nestmap
 * looks at the slot right before the update. If another process puts a map into the slot in between, the update replaces that map. Within
 * this process conditions always hold. If the outer map is pinned with its inner maps, they hold among all processes that change it with
 * Nestmap, because these processes take turns. A change fails if it waits for half a minute for another process.
 *
 * <p>All methods that take a key throw an {@link IllegalArgumentException} if the key does not fit its C type.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns; each is an {@code M} too
 */
public abstract class OuterAccessor<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> extends MapAccessor {
    private final Nest nest;
    private final AccessorBinding binding;
    private final Codec<K> codec;
    private final NestReads<K> reads;
    private final OuterSlots<K, M, O> slots;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param key converts keys to bytes and back
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    protected OuterAccessor(
            AccessorBinding binding,
            Codec<K> key,
            Function<AccessorBinding, M> borrowed,
            Function<AccessorBinding, O> owned) {
        super(binding);
        this.nest = Objects.requireNonNull(binding.state(), "a map of maps");
        this.binding = binding;
        this.codec = key;
        OpenMap map = binding.map();
        boolean isLayoutCompared = binding.isLayoutCompared();
        this.slots = new OuterSlots<>(
                map,
                key,
                inner -> borrowed.apply(new AccessorBinding(inner, isLayoutCompared)),
                inner -> owned.apply(new AccessorBinding(inner, isLayoutCompared)));
        this.reads = new NestReads<>(map, nest, key);
    }

    /** Returns memory that starts with the key and has room for the id of an inner map. The caller closes it. */
    private Scratch encode(K key) {
        Scratch scratch = Scratch.take(nest.maps().idAt() + Long.BYTES);
        try {
            codec.write(key, scratch.block().bytes(), 0);
            return scratch;
        } catch (Throwable e) { // a codec can throw anything, and the memory must return to its pool
            scratch.close();
            throw e;
        }
    }

    /**
     * Returns the inner map at a key.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return a borrowed handle; null if there is no inner map
     * @throws BpfException if another process put the map there and this process may not open it ({@code EPERM}: opening a map by
     *     its id requires CAP_SYS_ADMIN)
     */
    public <Q extends K> @Nullable M get(Q at) {
        try (Scratch scratch = encode(at)) {
            HeldInnerMap inner = nest.maps().find(scratch.block(), at);
            return inner == null ? null : slots.view(inner);
        }
    }

    /**
     * Tests for an inner map at a key.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return whether there is an inner map
     * @throws BpfException if the kernel rejects the operation
     */
    public <Q extends K> boolean contains(Q at) {
        try (Scratch scratch = encode(at)) {
            return nest.maps().contains(scratch.block(), at);
        }
    }

    /**
     * Returns the inner map at a key, and creates an empty one if there is none.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return a borrowed handle
     * @throws BpfException if the map can't be opened or created
     */
    public <Q extends K> M getOrCreate(Q at) {
        while (true) {
            M found = get(at);
            if (found != null) {
                return found;
            }
            List<SlotChange> created = nest.create(slots.one(at), OuterSlots::leaveEmpty);
            if (created.get(0).result() != -EEXIST) { // otherwise another thread was faster
                return slots.created(created);
            }
        }
    }

    /**
     * Returns the inner maps at several keys, and creates empty ones where there are none.
     *
     * @param keys the keys
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created; the others are created
     */
    public Map<K, M> getOrCreateAll(Collection<? extends K> keys) {
        Map<SlotKey, M> found = new HashMap<>();
        List<SlotKey> missing = slots.of(keys);
        while (!missing.isEmpty()) {
            nest.maps().findAll(missing, (slot, inner) -> found.put(slot, slots.view(inner)));
            missing = without(missing, found.keySet());
            if (!missing.isEmpty()) {
                List<SlotChange> changes = nest.create(missing, OuterSlots::leaveEmpty).stream()
                        .filter(change -> change.result() != -EEXIST) // another thread was faster: look again
                        .toList();
                slots.failIfAny("creation of inner maps", changes);
                changes.forEach(change -> found.put(change.slot(), slots.view(change.requireIncoming())));
                missing = without(missing, found.keySet());
            }
        }
        Map<K, M> inOrder = new LinkedHashMap<>();
        keys.forEach(key -> inOrder.put(key, Objects.requireNonNull(found.get(slots.slot(key)), "found or created")));
        return inOrder;
    }

    private static List<SlotKey> without(List<SlotKey> slots, Set<SlotKey> others) {
        return slots.stream().filter(slot -> !others.contains(slot)).toList();
    }

    /**
     * Creates an empty inner map at a key.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return a borrowed handle
     * @throws BpfException with {@code EEXIST} if there is an inner map already, which stays as it is
     */
    public <Q extends K> M create(Q at) {
        return create(at, empty -> {});
    }

    /**
     * Creates an empty inner map of another size at a key.
     *
     * @param at the key
     * @param maxEntries the map's {@code max_entries}, as for {@link #detached(long)}
     * @param <Q> type of the key
     * @return a borrowed handle
     * @throws IllegalArgumentException if the number is out of range
     * @throws BpfException with {@code EEXIST} if there is an inner map already, which stays as it is; or if the outer map can't hold a map
     *     of this size
     */
    public <Q extends K> M create(Q at, long maxEntries) {
        return slots.created(nest.create(slots.one(at), sized(maxEntries), OuterSlots::leaveEmpty));
    }

    /**
     * Creates an inner map at a key and fills it before programs can see it.
     *
     * @param at the key
     * @param fill fills the new map; if it throws, no map is created
     * @param <Q> type of the key
     * @return a borrowed handle
     * @throws BpfException with {@code EEXIST} if there is an inner map already, which stays as it is
     */
    public <Q extends K> M create(Q at, Consumer<? super M> fill) {
        return slots.created(nest.create(slots.one(at), (slot, created) -> fill.accept(slots.view(created))));
    }

    /**
     * Creates empty inner maps at several keys.
     *
     * @param keys the keys
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created, with {@code EEXIST} if there was one already; the others are created
     */
    public Map<K, M> createAll(Collection<? extends K> keys) {
        return createAll(keys, (at, empty) -> {});
    }

    /**
     * Creates inner maps at several keys. All of them are filled before programs can see the first.
     *
     * @param keys the keys
     * @param fill fills one new map; if it throws, no map is created
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created, with {@code EEXIST} if there was one already; the others are created
     */
    public Map<K, M> createAll(Collection<? extends K> keys, BiConsumer<? super K, ? super M> fill) {
        List<SlotChange> changes =
                nest.create(slots.of(keys), (slot, created) -> fill.accept(slots.key(slot), slots.view(created)));
        slots.failIfAny("creation of inner maps", changes);
        Map<K, M> maps = new LinkedHashMap<>();
        changes.forEach(change -> maps.put(slots.key(change.slot()), slots.view(change.requireIncoming())));
        return maps;
    }

    /**
     * Creates an empty inner map that is in no slot. The caller owns it.
     *
     * @return the map
     * @throws BpfException if the kernel rejects the operation
     */
    public O detached() {
        return slots.own(nest.createDetached(nest.innerShape()));
    }

    /**
     * Creates an empty inner map of another size that is in no slot. The caller owns it.
     *
     * @param maxEntries the map's {@code max_entries}, from 1 to 2^32-1, in the unit of {@link MapAccessor#maxEntries}. The kernel accepts
     *     another value than the declared one for most types, but not for an {@code ARRAY} without {@code BPF_F_INNER_MAP}
     * @return the map
     * @throws IllegalArgumentException if the number is out of range
     * @throws BpfException if the outer map can't hold a map of this size, or if the kernel rejects the operation
     */
    public O detached(long maxEntries) {
        return slots.own(nest.createDetached(sized(maxEntries)));
    }

    private MapShape sized(long maxEntries) {
        MapShape.requireMaxEntries("an inner map", maxEntries);
        return nest.innerShape().withMaxEntries(maxEntries);
    }

    /**
     * Puts an inner map that the caller owns into the slot of a key, and returns the previous inner map. The outer map takes over the new map,
     * and its handle becomes invalid. No program writes to the previous map any more under the conditions of {@link #rotate(Object)}. This
     * method does not check them.
     *
     * @param at the key
     * @param map the map
     * @param <Q> type of the key
     * @return the previous inner map, which the caller owns; null if there was none
     * @throws BpfException if the map differs from the declared inner map, if its handle is not valid, or if the kernel rejects the
     *     operation; then nothing is changed
     */
    public <Q extends K> @Nullable O swap(Q at, O map) {
        return slots.displaced(nest.swap(slots.one(at), slots.handles("swap", Collections.singletonMap(at, map))));
    }

    /**
     * Puts several inner maps into slots and returns the previous ones. See {@link #swap}.
     *
     * @param maps the maps by key
     * @return the previous inner maps, which the caller owns
     * @throws BatchException if some maps could not be put, whose handles stay valid; {@link #displacedBy} returns the previous maps of the others
     * @throws BpfException if a map differs from the declared inner map, or if a handle is not valid; then no map is put
     * @throws IllegalArgumentException if two keys are the same in C; then no map is put
     */
    public OwnedMaps<K, O> swapAll(Map<? extends K, ? extends O> maps) {
        return slots.displaced(
                "swap of inner maps", nest.swap(slots.distinct(maps.keySet()), slots.handles("swap", maps)));
    }

    /**
     * Puts a borrowed inner map into another slot, of this outer map or of another one, and returns the previous inner map of that slot.
     * The shared map is closed when it leaves its last slot. It can't be rotated exactly, because
     * programs would still write to it through its other slots.
     *
     * @param at the key
     * @param map a borrowed handle
     * @param <Q> type of the key
     * @return the previous inner map, which the caller owns; null if there was none
     * @throws BpfException if the map differs from the declared inner map, if its handle is not valid, or if the caller owns it
     */
    public <Q extends K> @Nullable O share(Q at, M map) {
        return slots.displaced(nest.share(slots.one(at), slots.borrowed(Collections.singletonMap(at, map))));
    }

    /**
     * Puts several borrowed inner maps into other slots. See {@link #share}.
     *
     * @param maps borrowed handles by key
     * @return the previous inner maps, which the caller owns
     * @throws BatchException if some maps could not be put; {@link #displacedBy} returns the previous maps of the others
     * @throws BpfException if a map differs from the declared inner map, if a handle is not valid, or if the caller owns a map;
     *     then no map is put
     * @throws IllegalArgumentException if two keys are the same in C; then no map is put
     */
    public OwnedMaps<K, O> shareAll(Map<? extends K, ? extends M> maps) {
        return slots.displaced("share of inner maps", nest.share(slots.distinct(maps.keySet()), slots.borrowed(maps)));
    }

    /**
     * Replaces the inner map at a key by an empty one of the same type, size, flags and name, and returns the previous one. The empty map is a
     * new one, or one that was rotated and closed before ({@link #spareCount}), so its {@code id()} may have been that of another map. When this
     * method returns, no program writes to the previous map any more, because the kernel waits for running programs (since Linux
     * 4.20), and no borrowed handle does.
     *
     * <p>This holds if only this process changes the slots and no sleepable program uses the outer map. The method fails if Nestmap can see
     * that it does not hold. It sees sleepable programs of the object that this accessor belongs to, and none if the map was opened without an
     * object. It also reads the ids of all inner maps, which takes about 0.2 µs for each map.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return the previous inner map, which the caller owns; null if there is none, and then nothing is created
     * @throws BpfException if a program may still write to the previous map; then nothing is changed
     * @throws BpfException if the pins of a pinned map could not be moved; {@link #displacedBy} returns the previous map
     */
    public <Q extends K> @Nullable O rotate(Q at) {
        return slots.displaced(nest.rotate(slots.one(at), true));
    }

    /**
     * Rotates several inner maps in one grace period. See {@link #rotate(Object)}. The maps are not replaced at the same moment, but one
     * after the other.
     *
     * @param keys the keys
     * @return the previous inner maps, which the caller owns
     * @throws BatchException if some maps could not be rotated; {@link #displacedBy} returns the maps of the others
     * @throws BpfException if a program may still write to one of the previous maps; then none is rotated
     */
    public OwnedMaps<K, O> rotateAll(Collection<? extends K> keys) {
        return slots.displaced("rotation of inner maps", nest.rotate(slots.of(keys), true));
    }

    /**
     * Rotates several inner maps, even if Nestmap can see that programs or another process may still write to the previous maps. Counts that
     * they add after the caller has read a map are lost.
     *
     * @param keys the keys
     * @return the previous inner maps, which the caller owns
     * @throws BatchException if some maps could not be rotated; {@link #displacedBy} returns the maps of the others
     */
    public OwnedMaps<K, O> rotateUnchecked(Collection<? extends K> keys) {
        return slots.displaced("rotation of inner maps", nest.rotate(slots.of(keys), false));
    }

    /**
     * Removes the entry of a key and returns its inner map. No program and no borrowed handle writes to the map any more, under the
     * conditions of {@link #rotate(Object)}.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return the inner map, which the caller owns; null if there is none
     * @throws BpfException if a program may still write to the map; then nothing is changed
     * @throws BpfException if the pins of a pinned map could not be moved; {@link #displacedBy} returns the map
     */
    public <Q extends K> @Nullable O take(Q at) {
        return slots.displaced(nest.take(slots.one(at), true));
    }

    /**
     * Takes out several inner maps. See {@link #take(Object)}. On a {@code HASH_OF_MAPS} the keys share one grace period. The kernel can't
     * delete from an {@code ARRAY_OF_MAPS} in batches; there up to 64 keys share one.
     *
     * @param keys the keys
     * @return the inner maps, which the caller owns
     * @throws BatchException if some maps could not be taken; {@link #displacedBy} returns the maps of the others
     * @throws BpfException if a program may still write to one of the maps; then none is taken
     */
    public OwnedMaps<K, O> takeAll(Collection<? extends K> keys) {
        return slots.displaced("take of inner maps", nest.take(slots.of(keys), true));
    }

    /**
     * Takes out several inner maps, even if Nestmap can see that programs or another process may still write to them. Counts that they add
     * after the caller has read a map are lost.
     *
     * @param keys the keys
     * @return the inner maps, which the caller owns
     * @throws BatchException if some maps could not be taken; {@link #displacedBy} returns the maps of the others
     */
    public OwnedMaps<K, O> takeUnchecked(Collection<? extends K> keys) {
        return slots.displaced("take of inner maps", nest.take(slots.of(keys), false));
    }

    /**
     * Empties the slot of a key, and drops its inner map with all entries: the map is closed, and handles to it become invalid. {@link #take}
     * returns the map instead.
     *
     * @param at the key
     * @param <Q> type of the key
     * @return false if there is no inner map
     * @throws BpfException if the kernel rejects the operation
     */
    public <Q extends K> boolean discard(Q at) {
        SlotChange change = nest.discard(slots.one(at)).get(0);
        if (change.result() == -ENOENT) {
            return false;
        }
        slots.requireSuccess(change);
        return true;
    }

    /**
     * Drops several inner maps. See {@link #discard}. Keys share grace periods as in {@link #takeAll}.
     *
     * @param keys the keys
     * @return the keys that had an inner map
     * @throws BatchException if some entries could not be removed; the others are removed
     */
    public List<K> discardAll(Collection<? extends K> keys) {
        List<SlotChange> changes = OuterSlots.present(nest.discard(slots.of(keys)));
        slots.failIfAny("removal of inner maps", changes);
        return changes.stream().map(change -> slots.key(change.slot())).toList();
    }

    /**
     * Passes every key and its inner map to an action. The map may change meanwhile: an entry that stays is passed once, an entry that
     * is added or removed at most once, and the iteration always ends.
     *
     * @param action receives each key and a borrowed handle
     * @throws BpfException if the kernel rejects the operation, or if a map can't be opened (see {@link #get})
     */
    public void forEach(BiConsumer<? super K, ? super M> action) {
        nest.maps().forEach((bytes, id) -> {
            K key = slots.decode(bytes);
            HeldInnerMap inner = nest.maps().find(new SlotKey(key, bytes), id);
            if (inner != null) {
                action.accept(key, slots.view(inner));
            }
        });
    }

    /**
     * Lists the keys that have an inner map, under the conditions of {@link #forEach}. Another process can put a map at bytes that Nestmap
     * writes for no key, such as 16 bytes without a NUL for a {@code @Size(16) String}. The list contains the key that Nestmap reads from
     * these bytes. An operation on that key throws, or does not find this map; {@link #forEach} and {@link #clear} reach it.
     *
     * @return a new list
     * @throws BpfException if the kernel rejects the operation
     */
    public List<K> keys() {
        List<K> all = new ArrayList<>();
        nest.maps().forEach((bytes, id) -> all.add(slots.decode(bytes)));
        return all;
    }

    /**
     * Counts the keys that have an inner map. The kernel keeps no count, so this iterates over the map.
     *
     * @return the number of keys
     * @throws BpfException if the kernel rejects the operation
     */
    public long count() {
        return keys().size();
    }

    /**
     * Removes every entry and closes the inner maps, also at keys that can't be decoded. Entries that are added meanwhile may stay.
     *
     * @throws BpfException if the kernel can't list the entries; then none is removed
     * @throws BatchException if some entries could not be removed; the others are removed
     */
    public void clear() {
        List<SlotKey> all = new ArrayList<>();
        nest.maps().forEach((bytes, id) -> all.add(slots.slotOf(bytes)));
        slots.failIfAny("removal of inner maps", OuterSlots.present(nest.discard(all)));
    }

    /**
     * Lets a process without privileges read this map and the entries of its inner maps. Loads small BPF programs that only read, and
     * pins them with a buffer. This map is not pinned: a user who may read its pin could also write to it. The other process opens the path with {@link dev.nestmap.runtime.pin.MapAccess#READ_ONLY}, and
     * reads entries by both keys or all of them. It needs no capability, only the right to read the pins.
     *
     * <p>One process at a time uses a reader, because the programs and this process share one buffer: pin a reader for each. The method
     * replaces an earlier reader at the path. The programs read this map also after another one was pinned in its place, so call the
     * method at each start, and after a migration.
     *
     * <p>Requires CAP_BPF and CAP_PERFMON, and inner maps of type HASH or ARRAY without fields that the kernel manages.
     *
     * @param path path of the reader, absolute or below the directory of the options. The pins are {@code path}, {@code path-prototype} and
     *     files in {@code path-reader}
     * @param options the mode and the owner of the pins. With {@code rw-r--r--} every user may read. With {@code rw-r-----}, and {@link
     *     PinOptions#withOwner} with the user of this process and a group, the members of the group may read
     * @throws IllegalArgumentException if the options let other users write, or make another user the owner of the pins
     * @throws BpfException if something else is pinned at the path, or if the kernel rejects the operation
     */
    public void pinReader(Path path, PinOptions options) {
        ObjectLoader.pinReader(map(), nest.innerShape(), binding.schema(), path, options);
    }

    /**
     * Recovers inner maps after a crash: returns those that earlier processes took out of their slots and did not close before they
     * ended. Call it at the start of the process that changes the slots. Such maps are pinned beside the outer map's pin, so there are
     * none if the outer map is not pinned. A pinned map that is still in a slot was not taken out; only its extra pin is removed. The
     * method also completes changes of pins that those processes had not finished. Other files in the directories of these pins stay where
     * they are; a warning in the log names each.
     *
     * <p>A map that the earlier process drained but did not close is returned too. To recognize it, store its {@link OwnedMap#identity} with
     * the drained entries.
     *
     * @return the maps, which the caller owns
     * @throws BpfException if another process, or another object of this process, owns the slots (it has taken maps out and not closed all
     *     of them), or if the bytes of a key are not a valid key of the record; then all maps stay pinned
     */
    public OwnedMaps<K, O> recoverUndrained() {
        return new OwnedMaps<>(
                nest.recoverUndrained(left -> Map.entry(slots.decode(left.key()), slots.own(left.map()))));
    }

    /**
     * Returns the maps that an operation displaced before it failed, and would have returned: those of the keys for which it succeeded, and
     * those of slots that were changed before a later step failed, such as moving a pin. So their counts are not lost. The caller
     * owns the maps and must close them.
     *
     * @param failure what an operation of this object threw
     * @return the maps, the same object for each call; empty if the operation displaced none
     */
    public OwnedMaps<K, O> displacedBy(BpfException failure) {
        return slots.displacedBy(failure);
    }

    /**
     * Counts the inner maps that {@code rotate}, {@code take} or {@code swap} have taken out, or are taking out, and that nobody has closed
     * or put into a slot yet. If the outer map is pinned, these are the maps of all processes, also of those that have ended. Otherwise
     * they are those of this handle.
     *
     * @return the number of maps
     * @throws BpfException if the directory of their pins can't be read
     */
    public long undrainedCount() {
        return nest.undrainedCount();
    }

    /**
     * Counts the inner maps that Nestmap keeps for the next rotations: maps that {@code rotate} or {@code take} have taken out, and that were
     * closed. There are at most as many as recent rotations took at once. If the outer map is pinned, those that another process has open are
     * among them until the next rotation, and keep their entries until then. docs/background/exactness.md says which maps are recycled.
     *
     * @return the number of maps
     */
    public long spareCount() {
        return nest.spareCount();
    }

    /**
     * Estimates the memory that the kernel uses for the maps of {@link #spareCount}: their buckets and preallocated entries.
     *
     * @return a number of bytes
     */
    public long spareBytes() {
        return nest.spareBytes();
    }

    /**
     * Closes the handle of a map that was taken out or recovered, and leaves the map undrained: the next {@link #recoverUndrained}, of this
     * process or of another one, returns it with the same {@link MapIdentity}. For a process that ends before it has drained all maps. Does
     * nothing if the handle is already closed, or if an outer map has taken over the map.
     *
     * @param map a map that {@code rotate}, {@code take}, {@code swap} or {@code recoverUndrained} returned
     * @throws BpfException if no pin keeps the map, so that its entries would be lost: the outer map is not pinned, or another process owns
     *     its slots. The handle stays valid
     */
    public void leaveUndrained(O map) {
        if (!map.map().leave("it was left undrained")) {
            throw BpfException.of("close without draining")
                    .map(map.name())
                    .because("no pin keeps it, so its entries would be lost: drain it, then close it")
                    .build();
        }
    }

    /**
     * Returns a fingerprint of the layout of keys, inner keys and inner values: the names and C types of all fields, as the records
     * declare them. It does not depend on names and sizes of maps. Bytes of a map with the same fingerprint have the same meaning.
     *
     * @return the letter L and 14 hexadecimal digits
     */
    public final String layout() {
        Schema schema = binding.schema();
        return LayoutFingerprint.of(schema, schema.map(name()).orElseThrow());
    }

    /**
     * Returns the layout as a schema text. {@link #layout} is its fingerprint: the first digits of its SHA-256.
     *
     * @return a text of several lines, without names and sizes of maps
     */
    public final String layoutText() {
        Schema schema = binding.schema();
        return LayoutFingerprint.text(schema, schema.map(name()).orElseThrow());
    }

    /** {@return the map and its declaration, for other modules of Nestmap} */
    public final AccessorBinding binding() {
        return binding;
    }

    /**
     * Converts the bytes of a key, such as {@link MapIdentity#outerKey}.
     *
     * @param bytes the bytes of the C type, in this machine's byte order
     * @return the key
     * @throws IllegalArgumentException if the number of bytes is not that of the C type
     * @throws BpfException if the bytes are not a valid value of the record
     */
    public final K keyFromBytes(ByteString bytes) {
        if (bytes.size() != shape().keySize()) {
            throw new IllegalArgumentException("a key of " + name() + " has " + CountText.of(shape().keySize(), "byte")
                    + ", and not " + bytes.size());
        }
        return slots.decode(bytes.toBytes());
    }

    @Override
    final void release() {
        super.release();
        nest.close("its outer map " + name() + " was closed");
    }

    /**
     * Does the same as {@link RingBufferAccessor#consume(Duration, Consumer)} for all inner maps. Generated code calls it.
     *
     * @param outer the outer map
     * @param timeout longest time to wait for the first event; zero or less does not wait
     * @param action receives each event with the key of its map
     * @param <K> type of the keys
     * @param <E> type of the events
     * @param <M> type of the inner maps
     * @return the number of events; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     */
    protected static <K, E, M extends RingBufferAccessor<E>> long consumeInners(
            OuterAccessor<K, M, ?> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
            throws InterruptedException {
        return RingBufferAccessor.consume(outer, timeout, action);
    }

    /**
     * Does the same as {@link PerfEventAccessor#consume(Duration, Consumer, java.util.function.LongConsumer)} for all inner maps.
     * Generated code calls it.
     *
     * @param outer the outer map
     * @param timeout longest time to wait for the first event; zero or less does not wait
     * @param action receives each event with the key of its map
     * @param lost receives the number of lost events of a map, if there are any
     * @param <K> type of the keys
     * @param <E> type of the events
     * @param <M> type of the inner maps
     * @return the number of events that the action received; 0 if none came in time
     * @throws InterruptedException if the thread is interrupted
     */
    protected static <K, E, M extends PerfEventAccessor<E>> long consumeInnerEvents(
            OuterAccessor<K, M, ?> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            ObjLongConsumer<? super K> lost)
            throws InterruptedException {
        return PerfEventAccessor.consume(outer, timeout, action, lost);
    }

    /** Returns what reads entries through both levels. */
    final NestReads<K> reads() {
        return reads;
    }

    /** Starts a server for the requests of programs. */
    final OnDemandServer<K> serve(OnDemandServer.Options options, OnDemandServer.Listener<K, M> listener) {
        return OnDemandServer.start(
                name(),
                nest,
                codec,
                options,
                listener,
                (slot, created) -> listener.fill(slots.key(slot), slots.view(created)));
    }

    /** Requests an inner map; returns false if the table of requests is full. */
    final boolean recordRequest(K at) {
        return nest.requireRequests().request(slots.slot(at));
    }

    /**
     * The methods with one key again, for a key that is a {@code long} in Java: {@code rotate(5353)} compiles. Generated classes implement it.
     *
     * @param <M> type of borrowed handles to inner maps
     * @param <O> type of handles to inner maps that the caller owns
     */
    public interface LongSlots<M extends MapAccessor, O extends MapAccessor & OwnedMap> {
        @SuppressWarnings("unchecked") // only accessors with such a key implement it
        private OuterAccessor<Long, M, O> boxed() {
            return (OuterAccessor<Long, M, O>) this;
        }

        /**
         * See {@link OuterAccessor#get(Object)}.
         *
         * @param key the key
         * @return a borrowed handle; null if there is no inner map
         */
        default @Nullable M get(long key) {
            return boxed().get((Long) key);
        }

        /**
         * See {@link OuterAccessor#contains(Object)}.
         *
         * @param key the key
         * @return whether there is an inner map
         */
        default boolean contains(long key) {
            return boxed().contains((Long) key);
        }

        /**
         * See {@link OuterAccessor#getOrCreate(Object)}.
         *
         * @param key the key
         * @return a borrowed handle
         */
        default M getOrCreate(long key) {
            return boxed().getOrCreate((Long) key);
        }

        /**
         * See {@link OuterAccessor#create(Object)}.
         *
         * @param key the key
         * @return a borrowed handle
         */
        default M create(long key) {
            return boxed().create((Long) key);
        }

        /**
         * See {@link OuterAccessor#create(Object, long)}.
         *
         * @param key the key
         * @param maxEntries the map's {@code max_entries}
         * @return a borrowed handle
         */
        default M create(long key, long maxEntries) {
            return boxed().create((Long) key, maxEntries);
        }

        /**
         * See {@link OuterAccessor#create(Object, Consumer)}.
         *
         * @param key the key
         * @param fill fills the new map; if it throws, no map is created
         * @return a borrowed handle
         */
        default M create(long key, Consumer<? super M> fill) {
            return boxed().create((Long) key, fill);
        }

        /**
         * See {@link OuterAccessor#swap(Object, MapAccessor)}.
         *
         * @param key the key
         * @param map the map
         * @return the previous inner map, which the caller owns; null if there was none
         */
        default @Nullable O swap(long key, O map) {
            return boxed().swap((Long) key, map);
        }

        /**
         * See {@link OuterAccessor#share(Object, MapAccessor)}.
         *
         * @param key the key
         * @param map a borrowed handle
         * @return the previous inner map, which the caller owns; null if there was none
         */
        default @Nullable O share(long key, M map) {
            return boxed().share((Long) key, map);
        }

        /**
         * See {@link OuterAccessor#rotate(Object)}.
         *
         * @param key the key
         * @return the previous inner map, which the caller owns; null if there is none
         */
        default @Nullable O rotate(long key) {
            return boxed().rotate((Long) key);
        }

        /**
         * See {@link OuterAccessor#take(Object)}.
         *
         * @param key the key
         * @return the inner map, which the caller owns; null if there was none
         */
        default @Nullable O take(long key) {
            return boxed().take((Long) key);
        }

        /**
         * See {@link OuterAccessor#discard(Object)}.
         *
         * @param key the key
         * @return whether there was an inner map
         */
        default boolean discard(long key) {
            return boxed().discard((Long) key);
        }
    }
}
