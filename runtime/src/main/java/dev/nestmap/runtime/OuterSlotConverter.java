/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts between an {@link OuterAccessor} and its {@code Nest}: keys to slots and handles to maps, and results of changes to handles,
 * exceptions, or null for absent maps.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns
 */
final class OuterSlotConverter<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    private final OpenMap outer;
    private final Codec<K> codec;
    private final Function<OpenMap, M> borrowed;
    private final Function<OpenMap, O> owned;

    /** The maps that a failed operation displaced, for as long as its exception is reachable. */
    private final Map<BpfException, OwnedMaps<K, O>> displacedByFailure = new WeakHashMap<>();

    /**
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    OuterSlotConverter(OpenMap outer, Codec<K> codec, Function<OpenMap, M> borrowed, Function<OpenMap, O> owned) {
        this.outer = outer;
        this.codec = codec;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    private String name() {
        return outer.shape().name();
    }

    /** Returns the borrowed handle to an inner map, always the same one. */
    M view(SlottedInnerMap inner) {
        return inner.view(this, borrowed);
    }

    List<SlotKey> one(K key) {
        return List.of(slot(key));
    }

    List<OpenMap> borrowed(Map<? extends K, ? extends MapAccessor> maps) {
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

    List<OpenMap> handles(String operation, Map<? extends K, ? extends MapAccessor> maps) {
        List<OpenMap> handles = new ArrayList<>();
        maps.forEach((key, map) -> handles.add(Objects.requireNonNull(
                        map,
                        () -> operation + " of an inner map of map " + name() + ", key " + key
                                + ": the inner map is null; take(key) empties the slot and returns its map, discard(key) drops that map")
                .map()));
        return handles;
    }

    static void leaveEmpty(SlotKey slot, SlottedInnerMap created) {}

    /** Returns the slot at the bytes of a key, even if they can't be decoded. */
    SlotKey slotOf(byte[] key) {
        try {
            return new SlotKey(decode(key), key);
        } catch (BpfException e) {
            return new SlotKey(HexFormat.of().formatHex(key), key);
        }
    }

    K decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return EntryDecoder.key(outer.shape(), codec, buffer, 0);
    }

    /** Returns the slot of a key. */
    SlotKey slot(K key) {
        Objects.requireNonNull(key, () -> "a key of map " + name() + " is null");
        byte[] bytes = new byte[outer.shape().keySize()];
        codec.write(key, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        return new SlotKey(key, bytes);
    }

    /** Returns the slots of keys in order, each once. */
    List<SlotKey> of(Collection<? extends K> keys) {
        return keys.stream().map(this::slot).distinct().toList();
    }

    /**
     * Returns the slots of keys in order, one for each key. Keys that differ in Java can be the same in C, for example truncated strings.
     *
     * @throws IllegalArgumentException if two keys are the same in C
     */
    List<SlotKey> distinct(Collection<? extends K> keys) {
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

    /** Returns a handle that owns the map. If this fails, closes the map and keeps its pin, if it has one. */
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
            throw OperationListeners.leaving(failure);
        }
    }

    /** Returns the new map of the only slot. */
    M created(List<SlotChange> single) {
        requireSuccess(single.get(0));
        return view(single.get(0).requireIncoming());
    }

    /** Returns the previous map of the only slot; null if there was none. */
    @Nullable
    O displaced(List<SlotChange> single) {
        SlotChange change = single.get(0);
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
        throw OperationListeners.leaving(failure);
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
        throw OperationListeners.leaving(failure, failures.values());
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
            throw OperationListeners.leaving(
                    new BatchException(operation, name(), changes.size(), failures), failures.values());
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
