/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.InnerMap;
import dev.nestmap.runtime.internal.outer.Nest;
import dev.nestmap.runtime.internal.outer.SlotChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes the slots of an outer map, one or many at a time. The methods are those of {@link OuterAccessor}, which documents them.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns
 */
final class OuterChanges<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    private final String outer;
    private final Nest state;
    private final OuterKeys<K> keys;
    private final OuterReader<K, M> reader;
    private final ChangeResults<K, M, O> results;

    OuterChanges(
            String outer, Nest state, OuterKeys<K> keys, OuterReader<K, M> reader, ChangeResults<K, M, O> results) {
        this.outer = outer;
        this.state = state;
        this.keys = keys;
        this.reader = reader;
        this.results = results;
    }

    M getOrCreate(K key) {
        while (true) {
            M found = reader.find(key);
            if (found != null) {
                return found;
            }
            SlotChange change = only(state.create(slots(key), OuterChanges::leaveEmpty));
            if (change.result() != -EEXIST) { // otherwise another thread was faster
                return results.created(change);
            }
        }
    }

    Map<K, M> getOrCreateAll(Collection<? extends K> wanted) {
        Map<K, M> found = new HashMap<>();
        Set<K> missing = new LinkedHashSet<>(wanted);
        while (!missing.isEmpty()) {
            missing.forEach(key -> {
                M map = reader.find(key);
                if (map != null) {
                    found.put(key, map);
                }
            });
            missing.removeAll(found.keySet());
            List<SlotChange> changes = state.create(keys.slots(missing), OuterChanges::leaveEmpty).stream()
                    .filter(change -> change.result() != -EEXIST) // another thread was faster: look again
                    .toList();
            results.failIfAny("creation of inner maps", changes);
        }
        Map<K, M> inOrder = new LinkedHashMap<>();
        wanted.forEach(key -> inOrder.put(key, Objects.requireNonNull(found.get(key), "found or created")));
        return inOrder;
    }

    M create(K key, Consumer<? super M> fill) {
        return results.created(only(state.create(slots(key), (slot, created) -> fill.accept(results.view(created)))));
    }

    Map<K, M> createAll(Collection<? extends K> wanted, BiConsumer<? super K, ? super M> fill) {
        List<SlotChange> changes = state.create(
                keys.slots(wanted), (slot, created) -> fill.accept(results.key(slot), results.view(created)));
        results.failIfAny("creation of inner maps", changes);
        Map<K, M> maps = new LinkedHashMap<>();
        changes.forEach(change -> maps.put(results.key(change.slot()), results.view(change.requireIncoming())));
        return maps;
    }

    M create(K key, long maxEntries) {
        return results.created(only(state.create(slots(key), sized(maxEntries), OuterChanges::leaveEmpty)));
    }

    O detached() {
        return results.own(state.createDetached(state.innerShape()));
    }

    O detached(long maxEntries) {
        return results.own(state.createDetached(sized(maxEntries)));
    }

    private MapShape sized(long maxEntries) {
        MapShape.requireMaxEntries("an inner map", maxEntries);
        return state.innerShape().withMaxEntries(maxEntries);
    }

    void put(K key, O map) {
        results.requireSuccess(only(state.put(slots(key), handles("put", Collections.singletonMap(key, map)), false)));
    }

    void putAll(Map<? extends K, ? extends O> maps) {
        List<SlotKey> slots = keys.distinctSlots(maps.keySet());
        results.failIfAny("put of inner maps", state.put(slots, handles("put", maps), false));
    }

    @Nullable
    O swap(K key, O map) {
        return results.displaced(
                only(state.put(slots(key), handles("swap", Collections.singletonMap(key, map)), true)));
    }

    OwnedMaps<K, O> swapAll(Map<? extends K, ? extends O> maps) {
        List<SlotKey> slots = keys.distinctSlots(maps.keySet());
        return results.displaced("swap of inner maps", state.put(slots, handles("swap", maps), true));
    }

    void share(K key, M map) {
        results.requireSuccess(only(state.share(slots(key), borrowed(Collections.singletonMap(key, map)))));
    }

    void shareAll(Map<? extends K, ? extends M> maps) {
        List<SlotKey> slots = keys.distinctSlots(maps.keySet());
        results.failIfAny("share of inner maps", state.share(slots, borrowed(maps)));
    }

    @Nullable
    O rotate(K key) {
        return results.displaced(only(state.rotate(slots(key), true)));
    }

    OwnedMaps<K, O> rotateAll(Collection<? extends K> wanted, boolean exact) {
        return results.displaced("rotation of inner maps", state.rotate(keys.slots(wanted), exact));
    }

    @Nullable
    O take(K key) {
        return results.displaced(only(state.take(slots(key), true)));
    }

    OwnedMaps<K, O> takeAll(Collection<? extends K> wanted, boolean exact) {
        return results.displaced("take of inner maps", state.take(keys.slots(wanted), exact));
    }

    boolean remove(K key) {
        SlotChange change = only(state.remove(slots(key)));
        if (change.result() == -ENOENT) {
            return false;
        }
        results.requireSuccess(change);
        return true;
    }

    List<K> removeAll(Collection<? extends K> wanted) {
        List<SlotChange> changes = ChangeResults.present(state.remove(keys.slots(wanted)));
        results.failIfAny("removal of inner maps", changes);
        return changes.stream().map(change -> results.key(change.slot())).toList();
    }

    void clear() {
        results.failIfAny("removal of inner maps", ChangeResults.present(state.remove(reader.slots())));
    }

    List<Undrained<K, O>> recoverUndrained() {
        return state.recoverUndrained(left -> new Undrained<>(keys.decode(left.key()), results.own(left.map())));
    }

    private List<SlotKey> slots(K key) {
        return List.of(keys.slot(key));
    }

    private List<OpenMap> borrowed(Map<? extends K, ? extends MapAccessor> maps) {
        for (MapAccessor map : maps.values()) {
            if (map instanceof OwnedMap) {
                throw BpfException.of("share of map " + map.name())
                        .map(outer)
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
                        () -> operation + " of an inner map of map " + outer + ", key " + key
                                + ": the inner map is null; take(key) empties the slot and returns its map, remove(key) closes that map")
                .map()));
        return handles;
    }

    private static SlotChange only(List<SlotChange> changes) {
        return changes.get(0);
    }

    private static void leaveEmpty(SlotKey slot, InnerMap created) {}
}
