/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.load.Bindings;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.map.DecodingFailures;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.DisplacedMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.Uncounted;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.spi.MapBinding;
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
import java.util.function.ObjIntConsumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A live map of maps: {@code HASH_OF_MAPS} or {@code ARRAY_OF_MAPS}. It owns the inner maps in its slots. {@code get} returns borrowed
 * handles, always the same handle for the same map.
 *
 * <p>A change waits until no running program uses the previous inner map of the slot. This wait is the kernel's grace period: about 10 ms, or about
 * 0.1 ms since Linux 6.19. Changes of the same key run one after the other. If changes of different keys run at the same time, even on different
 * threads, they wait for one grace period together. Methods whose names end with {@code All} change many keys in one grace period. Each key succeeds
 * or fails independently; a {@link BatchException} lists the failures. If a key comes twice, it counts once.
 *
 * <p>Some methods have a condition: {@code create} requires an empty slot, and {@code rotate} requires an inner map in the slot. Threads of this
 * process can't break such a condition. If the outer map is pinned, other processes that use Nestmap can't either: one process owns the slots, and
 * changes of all others fail with the reason {@code BUSY}. But other software may fill a slot right after Nestmap has checked that it is empty. In an
 * {@code ARRAY_OF_MAPS}, and if several keys of a {@code HASH_OF_MAPS} change at once, Nestmap then replaces that other map, because the kernel does
 * not check the condition.
 *
 * <p>All methods that take a key throw an {@link IllegalArgumentException} if the key does not fit its C type.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 */
public abstract non-sealed class OuterAccessor<K, M extends MapAccessor> extends MapAccessor
        implements Drainable<K, M> {
    static {
        Bindings.ofOuterMaps(outer -> ((OuterAccessor<?, ?>) outer).binding);
    }

    final Nest nest;
    final Codec<K> keyCodec;
    final BoundMap binding;
    final OuterSlotConverter<K, M> converter;
    private final SlotDrains<K, M> drains;

    /**
     * Creates an accessor. Generated code calls it.
     *
     * @param binding the map
     * @param key converts keys to bytes and back
     * @param borrowed creates a borrowed handle
     */
    protected OuterAccessor(MapBinding binding, Codec<K> key, Function<MapBinding, M> borrowed) {
        super(binding);
        this.binding = BoundMap.of(binding);
        this.nest = this.binding.requireNest();
        this.keyCodec = key;
        OpenMap map = this.binding.map();
        boolean isLayoutCompared = this.binding.isLayoutCompared();
        this.converter = new OuterSlotConverter<>(
                map, nest, key, inner -> borrowed.apply(new BoundMap(inner, isLayoutCompared)));
        this.drains = new SlotDrains<>(nest, converter, true);
    }

    /**
     * Returns the inner map at a key.
     *
     * @param at the key
     * @return a borrowed handle; null if there is no inner map
     * @throws BpfException if this process may not open a map that another process put there ({@code EPERM}: opening a map by its id
     *     requires CAP_SYS_ADMIN)
     */
    protected final @Nullable M getAt(K at) {
        try (Scratch scratch = converter.encode(at)) {
            SlottedInnerMap inner = nest.slots().find(scratch.block(), at);
            return inner == null ? null : converter.view(inner);
        }
    }

    /**
     * Tests for an inner map at a key.
     *
     * @param at the key
     * @return whether there is an inner map
     * @throws BpfException if the kernel rejects the operation
     */
    protected final boolean containsAt(K at) {
        try (Scratch scratch = converter.encode(at)) {
            return nest.slots().contains(scratch.block(), at);
        }
    }

    /**
     * Returns the inner map at a key. Creates an empty map if the slot is empty.
     *
     * @param at the key
     * @return a borrowed handle
     * @throws BpfException if the map can't be opened or created
     */
    protected final M getOrCreateAt(K at) {
        while (true) {
            M found = getAt(at);
            if (found != null) {
                return found;
            }
            List<SlotChange> created = nest.create(converter.one(at), OuterSlotConverter::leaveEmpty);
            if (created.get(0).result() != -EEXIST) { // otherwise another thread was faster
                return converter.created(created);
            }
        }
    }

    /**
     * Returns the inner maps at several keys. Creates empty maps in the empty slots.
     *
     * @param keys the keys
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created; the others are created
     */
    public Map<K, M> getOrCreateAll(Collection<? extends K> keys) {
        Map<SlotKey, M> found = new HashMap<>();
        List<SlotKey> missing = converter.of(keys);
        while (!missing.isEmpty()) {
            nest.slots().findAll(missing, (slot, inner) -> found.put(slot, converter.view(inner)));
            missing = without(missing, found.keySet());
            if (!missing.isEmpty()) {
                List<SlotChange> changes = nest.create(missing, OuterSlotConverter::leaveEmpty).stream()
                        .filter(change -> change.result() != -EEXIST) // another thread was faster: look again
                        .toList();
                converter.failIfAny("creation of inner maps", changes);
                changes.forEach(change -> found.put(change.slot(), converter.view(change.requireIncoming())));
                missing = without(missing, found.keySet());
            }
        }
        Map<K, M> inOrder = new LinkedHashMap<>();
        keys.forEach(
                key -> inOrder.put(key, Objects.requireNonNull(found.get(converter.slot(key)), "found or created")));
        return inOrder;
    }

    private static List<SlotKey> without(List<SlotKey> all, Set<SlotKey> others) {
        return all.stream().filter(slot -> !others.contains(slot)).toList();
    }

    /**
     * Creates an empty inner map at a key.
     *
     * @param at the key
     * @return a borrowed handle
     * @throws BpfException with {@code EEXIST} if the slot already has an inner map, which stays unchanged
     */
    protected final M createAt(K at) {
        return createAt(at, empty -> {});
    }

    /**
     * Creates an empty inner map of a different size at a key. Rotations keep this size, unless the outer map is pinned and the declared size is
     * larger: then the new map has the declared size.
     *
     * @param at the key
     * @param maxEntries the map's {@code max_entries}, from 1 to 2^32-1, in the unit of {@link MapAccessor#maxEntries}. It may differ from the
     *     declared size for most map types, but for an {@code ARRAY} only with {@code BPF_F_INNER_MAP} (kernels newer than Linux 7.3 may accept it
     *     without the flag)
     * @return a borrowed handle
     * @throws IllegalArgumentException if the number is out of range
     * @throws BpfException with {@code EEXIST} if the slot already has an inner map, which stays unchanged. Also if the outer map can't hold a map of
     *     this size
     */
    protected final M createAt(K at, long maxEntries) {
        return converter.created(nest.create(converter.one(at), sized(maxEntries), OuterSlotConverter::leaveEmpty));
    }

    /**
     * Creates an inner map at a key and fills it before programs can see it.
     *
     * @param at the key
     * @param fill fills the new map; if it throws, no map is created
     * @return a borrowed handle
     * @throws BpfException with {@code EEXIST} if the slot already has an inner map, which stays unchanged
     */
    protected final M createAt(K at, Consumer<? super M> fill) {
        return converter.created(
                nest.create(converter.one(at), (slot, created) -> fill.accept(converter.view(created))));
    }

    /**
     * Creates empty inner maps at several keys.
     *
     * @param keys the keys
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created, with {@code EEXIST} for slots that already have a map; the others are
     *     created
     */
    public Map<K, M> createAll(Collection<? extends K> keys) {
        return createAll(keys, (at, empty) -> {});
    }

    /**
     * Creates inner maps at several keys. This fills all maps before programs can see the first of them.
     *
     * @param keys the keys
     * @param fill fills one new map; if it throws, no map is created
     * @return borrowed handles, in the order of the keys
     * @throws BatchException if some maps could not be created, with {@code EEXIST} for slots that already have a map; the others are
     *     created
     */
    public Map<K, M> createAll(Collection<? extends K> keys, BiConsumer<? super K, ? super M> fill) {
        List<SlotChange> changes = nest.create(
                converter.of(keys), (slot, created) -> fill.accept(converter.key(slot), converter.view(created)));
        converter.failIfAny("creation of inner maps", changes);
        Map<K, M> maps = new LinkedHashMap<>();
        changes.forEach(change -> maps.put(converter.key(change.slot()), converter.view(change.requireIncoming())));
        return maps;
    }

    private MapShape sized(long maxEntries) {
        MapShape inner = nest.innerShape();
        MapShape.requireMaxEntries("an inner map", inner.kind(), maxEntries);
        return inner.withMaxEntries(maxEntries);
    }

    /**
     * Replaces the inner map at a key: fills a new inner map of the declared size, puts it into the slot, and drops the previous one with its
     * entries. Each lookup of a program finds either the old or the new map. When this method returns, no program uses the previous map any more,
     * under the conditions of {@link #rotateAt(Object)}. If programs count in the map, call {@code rotate} with a filler instead, because this method
     * drops the counts.
     *
     * @param at the key
     * @param fill fills the new map, before programs and other calls can see it. It may use the outer map. If it throws, nothing is changed
     * @return whether there was a previous map
     * @throws BpfException if another process owns the pins, or if the kernel rejects the operation; nothing is changed
     * @throws BpfException if moving the pins of a pinned map failed; the new map is in the slot
     */
    protected final boolean replaceAt(K at, Consumer<? super M> fill) {
        SlotChange change = nest.replace(converter.one(at), created -> fill.accept(converter.view(created)))
                .get(0);
        converter.requireSuccess(change);
        return change.hadMap();
    }

    /**
     * Puts an existing inner map into the slot of this key, too. It also stays in all slots in which it was before. The slot's previous map is
     * dropped with its entries. Use this method to give several keys the same settings. It accepts only inner maps to which programs can't write
     * ({@code RDONLY_PROG}), because a map in two slots could not be drained exactly. Some time after the map has left its last slot, Nestmap closes
     * it.
     *
     * @param at the key
     * @param map a handle to the map, which may be in a slot of this or another outer map
     * @return whether there was a previous map
     * @throws BpfException if programs can write to the inner maps, if the map differs from the declared inner map, if its handle is not valid, or if
     *     another process owns the pins; nothing is changed
     * @throws BpfException if moving the pins of a pinned map failed; the map is in the slot
     */
    protected final boolean shareAt(K at, M map) {
        SlotChange change = nest.share(converter.one(at), converter.borrowed(Collections.singletonMap(at, map)))
                .get(0);
        converter.requireSuccess(change);
        return change.hadMap();
    }

    /**
     * Does the same as {@code share} for several keys.
     *
     * @param maps handles by key
     * @throws BatchException if some slots could not be changed; the others have their new maps
     * @throws BpfException for the same reasons as {@code share}; then no slot is changed
     * @throws IllegalArgumentException if two keys are the same in C; then no slot is changed
     */
    public void shareAll(Map<? extends K, ? extends M> maps) {
        converter.failIfAny(
                "share of inner maps", nest.share(converter.distinct(maps.keySet()), converter.borrowed(maps)));
    }

    /**
     * Replaces the inner map at a key with an empty map of the same type, size, flags and name, and displaces the previous map. When this method
     * returns, no borrowed handle and no program writes to the displaced map, because the kernel waits for running programs. The empty map
     * is new, or a recycled map with its old {@code id()} ({@link OuterMapExpert#spareCount}).
     *
     * <p>This holds under two conditions: only this process changes the slots, and the kernel waits for all programs that use the outer map. The
     * kernel does not wait for sleepable programs and {@code freplace} programs in them, or for callbacks of timers, work queues and task work.
     *
     * <p>If Nestmap detects that a condition does not hold, the method fails; {@link OuterMapExpert#unchecked} goes ahead. Nestmap rejects
     *
     * <ul>
     *   <li>programs of this accessor's object that are sleepable, or that also use a map with work queues or task work. An accessor without
     *       an object knows no programs
     *   <li>inner maps with timers, work queues or task work
     *   <li>an outer map that was opened by its id or that its object pins by its name, because others may change the slots
     * </ul>
     *
     * <p>Before the first rotation of a pinned outer map, Nestmap asks the kernel whether a sleepable program of another object uses the map. If
     * so, the method does not fail, but the displaced maps have the doubt {@link Displaced.Doubt#UNCHECKED}.
     *
     * <p>For these checks, Nestmap reads the ids of all inner maps once, which takes about 0.2 µs per map. It does so at the first change of slots
     * or, if the outer map is pinned, when this process becomes the owner of the slots. If other software puts maps into slots after that, only a
     * drain of all slots notices them.
     *
     * @param at the key
     * @return the displaced map; null if the slot is empty, which it then stays
     * @throws BpfException if a program or another process may still use the previous map, or if too many displaced maps wait; nothing is
     *     changed
     * @throws BpfException if moving the pins of a pinned map failed; the previous map waits
     */
    @CheckReturnValue
    protected final @Nullable Displaced<K, M> rotateAt(K at) {
        return converter.displaced(nest.rotate(converter.one(at), true));
    }

    /**
     * Does the same as {@link #rotateAt(Object)}, but fills the new map first, for example with limits that programs check while they count.
     * Programs see either the previous map or the filled map.
     *
     * @param at the key
     * @param fill fills the new map, before programs and other calls can see it. It may use the outer map. If it throws, nothing is changed. Not
     *     called if the slot is empty
     * @return the displaced map; null if the slot is empty, which it then stays
     * @throws BpfException as {@link #rotateAt(Object)}
     */
    @CheckReturnValue
    protected final @Nullable Displaced<K, M> rotateAt(K at, Consumer<? super M> fill) {
        return converter.displaced(nest.rotate(converter.one(at), created -> fill.accept(converter.view(created))));
    }

    @Override
    public List<Displaced<K, M>> rotateAll(Collection<? extends K> keys) {
        return drains.rotateAll(keys);
    }

    /**
     * Takes the inner map at a key out of its slot, which stays empty, and displaces it. When this method returns, no program and no borrowed handle
     * writes to the map any more, under the conditions of {@link #rotateAt(Object)}.
     *
     * @param at the key
     * @return the displaced map; null if there is none
     * @throws BpfException if a program or another process may still use the map, or if too many displaced maps wait; nothing is changed
     * @throws BpfException if moving the pins of a pinned map failed; the map waits
     */
    @CheckReturnValue
    protected final @Nullable Displaced<K, M> takeAt(K at) {
        return converter.displaced(nest.take(converter.one(at), true));
    }

    @Override
    public List<Displaced<K, M>> takeAll(Collection<? extends K> keys) {
        return drains.takeAll(keys);
    }

    /**
     * Does the same as {@link #drainAll(Collection, Displaced.Action)} for one key. Generated code calls it.
     *
     * @param at the key
     * @param action stores the counts of one map
     * @return the number of maps
     */
    protected final long drainAt(K at, Displaced.Action<? super K, ? super M> action) {
        return drains.drain(at, action);
    }

    @Override
    public long drainAll(Displaced.Action<? super K, ? super M> action) {
        return drains.drainAll(action);
    }

    @Override
    public long drainAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drains.drainAll(keys, action);
    }

    /**
     * Does the same as {@link #drainLastAll(Collection, Displaced.Action)} for one key. Generated code calls it.
     *
     * @param at the key
     * @param action stores the counts of one map
     * @return the number of maps
     */
    protected final long drainLastAt(K at, Displaced.Action<? super K, ? super M> action) {
        return drains.drainLast(at, action);
    }

    @Override
    public long drainLastAll(Displaced.Action<? super K, ? super M> action) {
        return drains.drainLastAll(action);
    }

    @Override
    public long drainLastAll(Collection<? extends K> keys, Displaced.Action<? super K, ? super M> action) {
        return drains.drainLastAll(keys, action);
    }

    /**
     * Passes waiting maps to an action, oldest first, and acknowledges each map after the action has returned. Maps whose last action has
     * failed come last. Changes no slot. If the outer map is pinned, also passes the maps of earlier processes.
     *
     * @param action stores the counts of each map
     * @return the number of maps that were acknowledged
     * @throws dev.nestmap.runtime.error.DrainException if the action throws an exception
     * @throws BpfException if another process, or another object of this process, owns the pins
     * @throws IllegalStateException if this thread is in an action of a drain
     */
    public long drainWaiting(Displaced.Action<? super K, ? super M> action) {
        return drains.drainWaiting(action);
    }

    /**
     * Returns tickets for all displaced maps that wait, oldest first. If the outer map is pinned, this includes maps that earlier processes displaced
     * and that nobody has acknowledged. To find them, this method searches the directory of their pins. It completes changes of pins that those
     * processes had not finished. If it finds other files there, it keeps them and logs a warning for each.
     *
     * <p>The result includes maps that an earlier process has read but not acknowledged. To recognize such a map, store its {@link
     * Displaced#identity} with the counts.
     *
     * @return the tickets; maps for which somebody has a ticket are left out
     * @throws BpfException if another process, or another object of this process, owns the pins
     */
    @CheckReturnValue
    public List<Displaced<K, M>> waitingTickets() {
        nest.findEarlier(true);
        List<Displaced<K, M>> tickets = new ArrayList<>();
        try (Undo undo = new Undo(() -> tickets.forEach(Displaced::giveBack))) {
            for (DisplacedMap map : nest.waiting()) {
                Displaced<K, M> ticket = converter.reopen(map);
                if (ticket != null) {
                    tickets.add(ticket);
                }
            }
            return undo.commit(Collections.unmodifiableList(tickets));
        }
    }

    /**
     * Lists the displaced maps that nobody has acknowledged: those that wait, and those for which somebody has a ticket. Of all identities so far,
     * only these can come again. If the outer map is pinned, the list includes the maps that other processes have displaced, even processes that have
     * ended.
     *
     * @return the identities
     * @throws BpfException if the directory of their pins can't be read, or if nothing names the machine
     */
    public List<MapIdentity> waiting() {
        return nest.displacedFrom().stream().map(nest::identity).toList();
    }

    /**
     * Counts the maps of {@link #waiting}.
     *
     * @return the number of maps
     * @throws BpfException if the directory of their pins can't be read
     */
    public long waitingCount() {
        return nest.displacedCount();
    }

    /**
     * Counts the maps of {@link #waiting} that this version of your records can't read. They wait for a version that can read them. {@code
     * nestmap drain} saves them.
     *
     * @return the number of maps
     * @throws BpfException if the directory of their pins can't be read
     */
    public long keptCount() {
        return nest.unreadableCount();
    }

    /**
     * Returns how many additions are in no inner map, counted since the creation of the outer map. The numbers of a pinned map outlive processes and
     * upgrades.
     *
     * @return the numbers; null if programs do not count them ({@code @OuterMap(countsFailedAdditions = false)}, an existing object, an object
     *     that uses none of the helpers that count, or a read-only handle)
     * @throws BpfException if the kernel can't read them
     */
    public @Nullable Uncounted uncounted() {
        return OperationListeners.reporting(nest::uncounted);
    }

    /**
     * Removes the inner map at a key and closes it. <b>Its entries are lost</b>, and all handles to it become invalid. To keep the entries, use
     * {@code take}.
     *
     * @param at the key
     * @return false if there is no inner map
     * @throws BpfException if the kernel rejects the operation
     */
    protected final boolean discardAt(K at) {
        SlotChange change = nest.discard(converter.one(at)).get(0);
        if (change.result() == -ENOENT) {
            return false;
        }
        converter.requireSuccess(change);
        return true;
    }

    /**
     * Does the same as {@code discard} for several keys, in as few grace periods as {@link #takeAll}.
     *
     * @param keys the keys
     * @return the number of keys that had an inner map
     * @throws BatchException if some entries could not be removed; the others are removed
     */
    public long discardAll(Collection<? extends K> keys) {
        return discardSlots(converter.of(keys));
    }

    /**
     * Removes all inner maps and closes them, even those whose keys can't be decoded. <b>Their entries are lost.</b> Inner maps that are added during
     * the call may stay. To keep the entries, use {@link #drainLastAll(Displaced.Action)}.
     *
     * @return the number of entries
     * @throws BpfException if the kernel can't list the entries; then none is removed
     * @throws BatchException if some entries could not be removed; the others are removed
     */
    public long discardAll() {
        List<SlotKey> all = new ArrayList<>();
        forEachSlot((bytes, id) -> all.add(converter.slotOf(bytes)));
        return discardSlots(all);
    }

    private long discardSlots(List<SlotKey> keys) {
        List<SlotChange> changes = OuterSlotConverter.present(nest.discard(keys));
        converter.failIfAny("removal of inner maps", changes);
        return changes.size();
    }

    /**
     * Passes every key and its inner map to an action. The map may change during the call. An entry that stays is passed once. An entry that
     * is added or removed is passed at most once. The iteration always ends.
     *
     * @param action receives each key and a borrowed handle
     * @throws BpfException if the kernel rejects the operation, or if a map can't be opened (see {@code get}). Also, once all other entries were
     *     passed, if the bytes of some keys are not a valid key of the record
     */
    public void forEach(BiConsumer<? super K, ? super M> action) {
        DecodingFailures failures = new DecodingFailures();
        forEachSlot((bytes, id) -> {
            K key;
            try {
                key = converter.decode(bytes);
            } catch (BpfException e) {
                failures.add(e);
                return;
            }
            SlottedInnerMap inner = nest.slots().find(new SlotKey(key, bytes), id);
            if (inner != null) {
                action.accept(key, converter.view(inner));
            }
        });
        failures.rethrow();
    }

    /**
     * Lists the keys that have an inner map, under the conditions of {@link #forEach}. Another process may have put a map at a key whose bytes are
     * not valid, such as 16 bytes without a NUL for a {@code @Size(16) String}. The list then contains the key that Nestmap decodes from these bytes,
     * but operations on that key throw or don't find the map. Only {@link #forEach}, {@link #drainAll(Displaced.Action)} and {@link #discardAll()}
     * reach the map.
     *
     * @return a new list
     * @throws BpfException if the kernel rejects the operation, or if the bytes of some keys are not a valid key of the record; {@link #forEach}
     *     passes all other keys
     */
    public List<K> keys() {
        List<K> all = new ArrayList<>();
        forEachSlot((bytes, id) -> all.add(converter.decode(bytes)));
        return all;
    }

    /**
     * Counts the keys that have an inner map. The kernel keeps no count, so this iterates over the map.
     *
     * @return the number of keys
     * @throws BpfException if the kernel rejects the operation
     */
    public long count() {
        return OperationListeners.reporting(() -> nest.slots().count());
    }

    private void forEachSlot(ObjIntConsumer<byte[]> action) {
        OperationListeners.reporting(() -> {
            nest.slots().forEach(action);
            return true;
        });
    }

    /**
     * Returns operations that few services need: unchecked drains, and facts about layouts, keys and recycled maps.
     *
     * @return the operations of this map
     */
    public OuterMapExpert<K, M> expert() {
        return new OuterMapExpert<>(this);
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
            OuterAccessor<K, M> outer, Duration timeout, BiConsumer<? super K, ? super E> action)
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
            OuterAccessor<K, M> outer,
            Duration timeout,
            BiConsumer<? super K, ? super E> action,
            ObjLongConsumer<? super K> lost)
            throws InterruptedException {
        return PerfEventAccessor.consume(outer, timeout, action, lost);
    }

    /**
     * Starts a server for an outer map with {@code @InnerMapsOnDemand}. Until it is closed, the server creates the inner maps that programs request,
     * on a separate thread. Generated code calls this method.
     *
     * @param listener stores the misses
     * @return the server, which reads the table of requests every 5 ms
     * @throws BpfException as {@link #serveMisses(Duration, OnDemandServer.Listener)}
     */
    protected final OnDemandServer<K> serveMisses(OnDemandServer.Listener<K, M> listener) {
        return serveMisses(Duration.ofMillis(5), listener);
    }

    /**
     * Does the same with a different poll interval.
     *
     * @param pollInterval pause between two reads of the table of requests, more than zero. A new key gets its inner map after at most this time plus
     *     a grace period (about 10 ms, or 0.1 ms since Linux 6.19)
     * @param listener stores the misses
     * @return the server
     * @throws BpfException if this handle has no table of requests (load or bind the object that declares it), if it already has a server, or if
     *     another process owns the requests
     * @throws IllegalArgumentException if the interval is not positive
     */
    protected final OnDemandServer<K> serveMisses(Duration pollInterval, OnDemandServer.Listener<K, M> listener) {
        return nest.operation(() -> new OnDemandServer<>(
                        name(),
                        nest,
                        keyCodec,
                        pollInterval,
                        listener,
                        (slot, created) -> listener.fill(converter.key(slot), converter.view(created)))
                .start());
    }

    /**
     * Counts the misses for which no listener has stored a {@link MissReport} yet. The number of all events is the sum of the events in inner maps
     * and the reported, lost and pending misses. Generated code calls it.
     *
     * <p>If the outer map is pinned, this call makes this process the owner of the pins, as a change of a slot does.
     *
     * @return the number of misses
     * @throws BpfException if this handle has no table of requests, or if another process owns the requests
     */
    protected final long pendingMisses() {
        return OperationListeners.reporting(() -> nest.requireRequests().pending());
    }

    /**
     * Lists the {@linkplain MissReport reports of misses} that no listener has stored. Of all identities so far, only these can come again. If the
     * outer map is pinned, the list includes the reports of processes that have ended.
     *
     * @return the identities
     * @throws BpfException if this handle has no table of requests, if the directory of their pins can't be read, or if nothing names the machine
     */
    public List<MapIdentity> waitingReports() {
        return nest.requireRequests().waiting();
    }

    /**
     * Requests an inner map as a program does, but without counting a miss. Generated code calls it.
     *
     * @param at the key
     * @return false if the table of requests is full, or if the key is beyond the last index of an {@code ARRAY_OF_MAPS}
     * @throws BpfException if this handle has no table of requests, or if the kernel rejects the operation
     */
    protected final boolean requestAt(K at) {
        SlotKey slot = converter.slot(at);
        return OperationListeners.reporting(() -> nest.request(slot));
    }
}
