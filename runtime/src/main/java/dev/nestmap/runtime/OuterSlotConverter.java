/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.EntryDecoder;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.Scratch;
import dev.nestmap.runtime.internal.nest.DisplacedMap;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.nest.SlottedInnerMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.runtime.observe.OperationListener.Acknowledged;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Converts between an {@link OuterAccessor} and its {@code Nest}: keys to slots and handles to maps, and results of changes to handles,
 * exceptions, or null for absent maps.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 */
final class OuterSlotConverter<K, M extends MapAccessor> {
    private final OpenMap outer;
    private final Codec<K> codec;
    private final Function<OpenMap, M> borrowed;

    final Nest nest;

    /** @param borrowed creates a borrowed handle */
    OuterSlotConverter(OpenMap outer, Nest nest, Codec<K> codec, Function<OpenMap, M> borrowed) {
        this.outer = outer;
        this.nest = nest;
        this.codec = codec;
        this.borrowed = borrowed;
    }

    String name() {
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
        List<OpenMap> handles = new ArrayList<>();
        maps.forEach((key, map) -> handles.add(Objects.requireNonNull(
                        map,
                        () -> "share of an inner map of map " + name() + ", key " + key
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
            return new SlotKey(ByteString.of(key), key);
        }
    }

    K decode(byte[] bytes) {
        return converted(() -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            return EntryDecoder.key(outer.shape(), codec, buffer, 0);
        });
    }

    /** Returns the slot of a key. */
    SlotKey slot(K key) {
        requireKey(key);
        return converted(() -> {
            byte[] bytes = new byte[outer.shape().keySize()];
            codec.write(key, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
            return new SlotKey(key, bytes);
        });
    }

    /** Returns memory that starts with a key and has room for the id of an inner map. The caller closes it. */
    Scratch encode(K key) {
        requireKey(key);
        return converted(() -> MapAccessor.encode(codec, key, nest.slots().idAt() + Integer.BYTES));
    }

    private void requireKey(K key) {
        Objects.requireNonNull(key, () -> "a key of map " + name() + " is null");
    }

    /** Converts a key, often as the first step of an operation: if an error of the machine ends it, the object has failed. */
    private <T> T converted(Supplier<T> conversion) {
        return outer.failure().during(conversion);
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

    /** Returns a ticket for a displaced map that a handle owns. If this fails, the map waits. */
    private Displaced<K, M> ticket(DisplacedMap map, OpenMap owner) {
        try (Undo undo = new Undo(() -> owner.leave("its ticket could not be created"))) {
            owner.keepReachable(outer);
            Displaced<K, M> ticket = new Displaced<>(this, map, owner, borrowed.apply(owner));
            undo.commit();
            return ticket;
        }
    }

    /** Returns a ticket for a displaced map that waits; null if it does not wait any more. */
    @Nullable
    Displaced<K, M> reopen(DisplacedMap map) {
        OpenMap owner = nest.open(map);
        return owner == null ? null : ticket(map, owner);
    }

    /** What listeners learn of a displaced map before it ends. */
    Acknowledged report(OpenMap displaced) {
        byte[] key = displaced.requireOrigin().key().toBytes();
        Object decoded;
        try {
            decoded = decode(key);
        } catch (BpfException e) {
            decoded = displaced.requireOrigin().key();
        }
        MapShape counted = displaced.countedShape();
        boolean isArray = counted.kind().keyRule() == MapKind.KeyRule.INDEX;
        long most = isArray ? 0 : counted.maxEntries();
        return new Acknowledged(name(), decoded, displaced.scanned(), most);
    }

    /** The key of a ticket for a message. */
    @Nullable
    Object keyOrBytes(Displaced<K, M> ticket) {
        return slotOf(ticket.owner().requireOrigin().key().toBytes()).key();
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

    /** Returns a ticket for the previous map of the only slot; null if there was none. If a later step of the change failed, the map waits. */
    @Nullable
    Displaced<K, M> displaced(List<SlotChange> single) {
        SlotChange change = single.get(0);
        if (change.result() == -ENOENT) {
            return null;
        }
        BpfException failure = failure(change);
        if (failure != null) {
            change.giveBackDisplaced();
            throw OperationListeners.leaving(failure);
        }
        return ticket(change);
    }

    private @Nullable Displaced<K, M> ticket(SlotChange change) {
        DisplacedMap map = change.displacedMap();
        OpenMap owner = change.displaced();
        return map == null || owner == null ? null : ticket(map, owner);
    }

    /** Returns tickets for the previous maps. If some changes failed, the maps of the others wait. */
    List<Displaced<K, M>> displaced(String operation, List<SlotChange> all) {
        List<Displaced<K, M>> tickets = new ArrayList<>();
        Map<Object, BpfException> failures = collect(all, tickets);
        if (!failures.isEmpty()) {
            tickets.forEach(Displaced::giveBack);
            throw OperationListeners.leaving(
                    new BatchException(operation, name(), present(all).size(), failures), failures.values());
        }
        return Collections.unmodifiableList(tickets);
    }

    /** Adds tickets for the previous maps to a list. Returns the failures of changes, by their keys. */
    Map<Object, BpfException> collect(List<SlotChange> all, List<Displaced<K, M>> tickets) {
        try (Undo undo = new Undo(() -> all.forEach(SlotChange::giveBackDisplaced))) {
            List<SlotChange> changes = present(all);
            for (SlotChange change : changes) {
                Displaced<K, M> ticket = ticket(change);
                if (ticket != null) {
                    tickets.add(ticket);
                }
            }
            return undo.commit(failures(changes));
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

    private @Nullable BpfException failure(SlotChange change) {
        return change.result() == -EEXIST
                ? BpfException.of(EEXIST, "creation of an inner map")
                        .map(name())
                        .key(change.slot().key())
                        .because(
                                "the key already has an inner map: use get or getOrCreate to get it, or rotate to replace it and receive"
                                        + " the old one")
                : change.failure();
    }
}
