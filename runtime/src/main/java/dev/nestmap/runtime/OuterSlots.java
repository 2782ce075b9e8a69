/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.HeldInnerMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The slots of an outer map as {@link OuterAccessor} shows them: converts keys to slots, and changes of slots to handles, exceptions and
 * null for absent maps. The methods without a comment are those of the accessor, which documents them.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns
 */
final class OuterSlots<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    private final OpenMap outer;
    private final Nest nest;
    private final Codec<K> codec;
    private final Function<OpenMap, M> borrowed;
    private final Function<OpenMap, O> owned;

    /** The maps that an operation displaced before it failed, for as long as its exception is reachable. */
    private final Map<BpfException, OwnedMaps<K, O>> displacedByFailure = new WeakHashMap<>();

    /**
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    OuterSlots(OpenMap outer, Nest nest, Codec<K> codec, Function<OpenMap, M> borrowed, Function<OpenMap, O> owned) {
        this.outer = outer;
        this.nest = nest;
        this.codec = codec;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    private String name() {
        return outer.shape().name();
    }

    /** Returns the borrowed handle to an inner map, always the same one. */
    M view(HeldInnerMap inner) {
        return inner.view(this, borrowed);
    }

    private @Nullable M find(K key) {
        SlotKey slot = slot(key);
        int id = nest.maps().idOf(slot);
        HeldInnerMap inner = id == 0 ? null : nest.maps().find(slot, id);
        return inner == null ? null : view(inner);
    }

    M getOrCreate(K key) {
        while (true) {
            M found = find(key);
            if (found != null) {
                return found;
            }
            SlotChange change = only(nest.create(one(key), OuterSlots::leaveEmpty));
            if (change.result() != -EEXIST) { // otherwise another thread was faster
                return created(change);
            }
        }
    }

    Map<K, M> getOrCreateAll(Collection<? extends K> wanted) {
        Map<SlotKey, M> found = new HashMap<>();
        List<SlotKey> missing = slots(wanted);
        while (!missing.isEmpty()) {
            nest.maps().findAll(missing, (slot, inner) -> found.put(slot, view(inner)));
            missing = without(missing, found.keySet());
            if (!missing.isEmpty()) {
                List<SlotChange> changes = nest.create(missing, OuterSlots::leaveEmpty).stream()
                        .filter(change -> change.result() != -EEXIST) // another thread was faster: look again
                        .toList();
                failIfAny("creation of inner maps", changes);
                changes.forEach(change -> found.put(change.slot(), view(change.requireIncoming())));
                missing = without(missing, found.keySet());
            }
        }
        Map<K, M> inOrder = new LinkedHashMap<>();
        wanted.forEach(key -> inOrder.put(key, Objects.requireNonNull(found.get(slot(key)), "found or created")));
        return inOrder;
    }

    private static List<SlotKey> without(List<SlotKey> slots, Set<SlotKey> others) {
        return slots.stream().filter(slot -> !others.contains(slot)).toList();
    }

    M create(K key, Consumer<? super M> fill) {
        return created(only(nest.create(one(key), (slot, created) -> fill.accept(view(created)))));
    }

    Map<K, M> createAll(Collection<? extends K> wanted, BiConsumer<? super K, ? super M> fill) {
        List<SlotChange> changes = nest.create(slots(wanted), (slot, created) -> fill.accept(key(slot), view(created)));
        failIfAny("creation of inner maps", changes);
        Map<K, M> maps = new LinkedHashMap<>();
        changes.forEach(change -> maps.put(key(change.slot()), view(change.requireIncoming())));
        return maps;
    }

    M create(K key, long maxEntries) {
        return created(only(nest.create(one(key), sized(maxEntries), OuterSlots::leaveEmpty)));
    }

    O detached() {
        return own(nest.createDetached(nest.innerShape()));
    }

    O detached(long maxEntries) {
        return own(nest.createDetached(sized(maxEntries)));
    }

    private MapShape sized(long maxEntries) {
        MapShape.requireMaxEntries("an inner map", maxEntries);
        return nest.innerShape().withMaxEntries(maxEntries);
    }

    @Nullable
    O swap(K key, O map) {
        return displaced(only(nest.swap(one(key), handles("swap", Collections.singletonMap(key, map)))));
    }

    OwnedMaps<K, O> swapAll(Map<? extends K, ? extends O> maps) {
        List<SlotKey> slots = distinctSlots(maps.keySet());
        return displaced("swap of inner maps", nest.swap(slots, handles("swap", maps)));
    }

    @Nullable
    O share(K key, M map) {
        return displaced(only(nest.share(one(key), borrowed(Collections.singletonMap(key, map)))));
    }

    OwnedMaps<K, O> shareAll(Map<? extends K, ? extends M> maps) {
        List<SlotKey> slots = distinctSlots(maps.keySet());
        return displaced("share of inner maps", nest.share(slots, borrowed(maps)));
    }

    @Nullable
    O rotate(K key) {
        return displaced(only(nest.rotate(one(key), true)));
    }

    OwnedMaps<K, O> rotateAll(Collection<? extends K> wanted, boolean exact) {
        return displaced("rotation of inner maps", nest.rotate(slots(wanted), exact));
    }

    @Nullable
    O take(K key) {
        return displaced(only(nest.take(one(key), true)));
    }

    OwnedMaps<K, O> takeAll(Collection<? extends K> wanted, boolean exact) {
        return displaced("take of inner maps", nest.take(slots(wanted), exact));
    }

    boolean discard(K key) {
        SlotChange change = only(nest.discard(one(key)));
        if (change.result() == -ENOENT) {
            return false;
        }
        requireSuccess(change);
        return true;
    }

    List<K> discardAll(Collection<? extends K> wanted) {
        List<SlotChange> changes = present(nest.discard(slots(wanted)));
        failIfAny("removal of inner maps", changes);
        return changes.stream().map(change -> key(change.slot())).toList();
    }

    void clear() {
        failIfAny("removal of inner maps", present(nest.discard(all())));
    }

    OwnedMaps<K, O> recoverUndrained() {
        return new OwnedMaps<>(nest.recoverUndrained(left -> Map.entry(decode(left.key()), own(left.map()))));
    }

    private List<SlotKey> one(K key) {
        return List.of(slot(key));
    }

    private List<OpenMap> borrowed(Map<? extends K, ? extends MapAccessor> maps) {
        for (MapAccessor map : maps.values()) {
            if (map instanceof OwnedMap) {
                throw BpfException.of("share of map " + map.name())
                        .map(name())
                        .because(
                                "you own the map, and Nestmap can't distinguish your writes from those of programs: put it into a slot"
                                        + " first, then share the handle that get returns")
                        .build();
            }
        }
        return handles("share", maps);
    }

    private List<OpenMap> handles(String operation, Map<? extends K, ? extends MapAccessor> maps) {
        List<OpenMap> handles = new ArrayList<>();
        maps.forEach((key, map) -> handles.add(Objects.requireNonNull(
                        map,
                        () -> operation + " of an inner map of map " + name() + ", key " + key
                                + ": the inner map is null; take(key) empties the slot and returns its map, discard(key) drops that map")
                .map()));
        return handles;
    }

    private static SlotChange only(List<SlotChange> changes) {
        return changes.get(0);
    }

    private static void leaveEmpty(SlotKey slot, HeldInnerMap created) {}

    void forEach(BiConsumer<? super K, ? super M> action) {
        nest.maps().forEach((bytes, id) -> {
            K key = decode(bytes);
            HeldInnerMap inner = nest.maps().find(new SlotKey(key, bytes), id);
            if (inner != null) {
                action.accept(key, view(inner));
            }
        });
    }

    List<K> keys() {
        List<K> all = new ArrayList<>();
        nest.maps().forEach((bytes, id) -> all.add(decode(bytes)));
        return all;
    }

    /** Lists the slots that have an inner map, also those whose keys can't be decoded. */
    private List<SlotKey> all() {
        List<SlotKey> all = new ArrayList<>();
        nest.maps().forEach((bytes, id) -> all.add(slotOf(bytes)));
        return all;
    }

    private SlotKey slotOf(byte[] key) {
        try {
            return new SlotKey(decode(key), key);
        } catch (BpfException e) {
            return new SlotKey(HexFormat.of().formatHex(key), key);
        }
    }

    Codec<K> codec() {
        return codec;
    }

    /** Reads the key at an offset of a buffer. */
    K decode(ByteBuffer from, int at) {
        return EntryDecoder.key(outer.shape(), codec, from, at);
    }

    K decode(byte[] bytes) {
        return decode(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
    }

    /** Returns the slot of a key. */
    SlotKey slot(K key) {
        byte[] bytes = new byte[outer.shape().keySize()];
        codec.write(key, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        return new SlotKey(key, bytes);
    }

    /** Returns the slots of keys in order, each once. */
    List<SlotKey> slots(Collection<? extends K> keys) {
        return keys.stream().map(this::slot).distinct().toList();
    }

    /**
     * Returns the slots of keys in order, one for each key. Keys that differ in Java can be the same in C, for example texts that are
     * truncated.
     *
     * @throws IllegalArgumentException if two keys are the same in C
     */
    List<SlotKey> distinctSlots(Collection<? extends K> keys) {
        Map<SlotKey, SlotKey> slots = new LinkedHashMap<>();
        for (K key : keys) {
            SlotKey slot = slot(key);
            SlotKey previous = slots.putIfAbsent(slot, slot);
            if (previous != null) {
                throw new IllegalArgumentException(
                        "keys " + previous + " and " + slot + " of map " + name()
                                + " are the same in C, and a map of maps has one inner map for each key: leave one of them out");
            }
        }
        return List.copyOf(slots.keySet());
    }

    /** Returns the changes that found an entry. */
    static List<SlotChange> present(List<SlotChange> changes) {
        return changes.stream().filter(change -> change.result() != -ENOENT).toList();
    }

    @SuppressWarnings("unchecked") // the outer accessor made the slot from a key of type K
    K key(SlotKey slot) {
        return (K) slot.key();
    }

    /** Returns a handle that owns the map. If the handle can't be created, the map is closed, and its pin stays if it has one. */
    O own(OpenMap map) {
        try {
            return owned.apply(map.watched());
        } catch (Throwable e) { // even after an Error, nobody else would close the map
            String why = "no handle to it could be created";
            if (!map.leave(why)) {
                map.close(why);
            }
            throw e;
        }
    }

    void requireSuccess(SlotChange change) {
        BpfException failure = failure(change);
        if (failure != null) {
            throw Listeners.leaving(failure);
        }
    }

    M created(SlotChange change) {
        requireSuccess(change);
        return view(change.requireIncoming());
    }

    /** Returns the previous map of the slot; null if there was none. */
    @Nullable
    O displaced(SlotChange change) {
        if (change.result() == -ENOENT) {
            return null;
        }
        BpfException failure = failure(change);
        OpenMap map = change.displaced();
        if (failure == null) {
            return map == null ? null : own(map);
        }
        if (map != null) {
            keep(failure, new OwnedMaps<>(List.of(Map.entry(key(change.slot()), own(map)))));
        }
        throw Listeners.leaving(failure);
    }

    OwnedMaps<K, O> displaced(String operation, List<SlotChange> all) {
        List<SlotChange> changes = present(all);
        Map<Object, BpfException> failures = failures(changes);
        Map<K, O> maps = new LinkedHashMap<>();
        for (SlotChange change : changes) {
            OpenMap map = change.displaced();
            if (map != null) {
                try {
                    maps.put(key(change.slot()), own(map));
                } catch (RuntimeException e) {
                    failures.putIfAbsent(change.slot().key(), handleFailure(operation, change, e));
                }
            }
        }
        OwnedMaps<K, O> displaced = new OwnedMaps<>(maps.entrySet());
        if (failures.isEmpty()) {
            return displaced;
        }
        BatchException failure = new BatchException(operation, name(), changes.size(), failures);
        keep(failure, displaced);
        throw Listeners.leaving(failure, failures.values());
    }

    private void keep(BpfException failure, OwnedMaps<K, O> displaced) {
        synchronized (displacedByFailure) {
            displacedByFailure.put(failure, displaced);
        }
    }

    OwnedMaps<K, O> displacedBy(BpfException failure) {
        synchronized (displacedByFailure) {
            return Objects.requireNonNullElse(displacedByFailure.get(failure), new OwnedMaps<>(List.of()));
        }
    }

    void failIfAny(String operation, List<SlotChange> changes) {
        Map<Object, BpfException> failures = failures(changes);
        if (!failures.isEmpty()) {
            throw Listeners.leaving(new BatchException(operation, name(), changes.size(), failures), failures.values());
        }
    }

    private Map<Object, BpfException> failures(List<SlotChange> changes) {
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        for (SlotChange change : changes) {
            BpfException failure = failure(change);
            if (failure != null) {
                failures.put(change.slot().key(), failure);
            }
        }
        return failures;
    }

    private BpfException handleFailure(String operation, SlotChange change, RuntimeException cause) {
        String fate = change.drainingPin() == null
                ? "No pin keeps the map, so it was closed and its entries are lost"
                : "It stays pinned, and recoverUndrained() returns it";
        return BpfException.of(operation)
                .map(name())
                .key(change.slot().key())
                .because("no handle to the previous map could be created: " + cause.getMessage() + ". " + fate)
                .cause(cause)
                .build();
    }

    private @Nullable BpfException failure(SlotChange change) {
        return change.result() == -EEXIST
                ? BpfException.of("creation of an inner map")
                        .map(name())
                        .key(change.slot().key())
                        .errno(EEXIST)
                        .because(
                                "the key already has an inner map: use get or getOrCreate to get it, or swap to replace it and receive the"
                                        + " old one")
                        .build()
                : change.failure();
    }
}
