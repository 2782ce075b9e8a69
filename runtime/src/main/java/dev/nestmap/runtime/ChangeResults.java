/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.InnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.spi.MapBinding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts the results of changes to an outer map to what {@link OuterAccessor} returns: handles, exceptions, and null for absent maps.
 *
 * @param <K> type of the keys
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns
 */
final class ChangeResults<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    private final String outer;
    private final Function<MapBinding, M> borrowed;
    private final Function<MapBinding, O> owned;
    private final boolean isLayoutCompared;

    /** @param isLayoutCompared whether the layout of the entries of inner maps was compared with their record */
    ChangeResults(
            String outer, Function<MapBinding, M> borrowed, Function<MapBinding, O> owned, boolean isLayoutCompared) {
        this.outer = outer;
        this.isLayoutCompared = isLayoutCompared;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    /** Returns the changes that found an entry. */
    static List<SlotChange> present(List<SlotChange> changes) {
        return changes.stream().filter(change -> change.result() != -ENOENT).toList();
    }

    @SuppressWarnings("unchecked") // the outer accessor made the slot from a key of type K
    K key(SlotKey slot) {
        return (K) slot.key();
    }

    M view(InnerMap inner) {
        return inner.view(this, handle -> borrowed.apply(new MapBinding(handle, isLayoutCompared)));
    }

    /** Returns a handle that owns the map. If the handle can't be created, the map is closed, and its pin stays if it has one. */
    O own(OpenMap map) {
        try {
            return owned.apply(new MapBinding(map.watched(), isLayoutCompared));
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
            throw failure;
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
        if (failure != null && map != null) {
            displaced(failure.operation(), List.of(change)); // throws an exception that has the map
        }
        requireSuccess(change);
        return map == null ? null : own(map);
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
        OwnedMaps<K, O> displaced = OwnedMaps.of(maps);
        failIfAny(operation, changes, failures, displaced);
        return displaced;
    }

    void failIfAny(String operation, List<SlotChange> changes) {
        failIfAny(operation, changes, failures(changes), OwnedMaps.of(Map.of()));
    }

    private void failIfAny(
            String operation, List<SlotChange> changes, Map<Object, BpfException> failures, OwnedMaps<?, ?> displaced) {
        if (!failures.isEmpty()) {
            throw new BatchException(operation, outer, changes.size(), failures, displaced);
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
                .map(outer)
                .key(change.slot().key())
                .because("no handle to the previous map could be created: " + cause.getMessage() + ". " + fate)
                .cause(cause)
                .build();
    }

    private @Nullable BpfException failure(SlotChange change) {
        return change.result() == -EEXIST
                ? BpfException.of("creation of an inner map")
                        .map(outer)
                        .key(change.slot().key())
                        .errno(EEXIST)
                        .because(
                                "the key already has an inner map: use get or getOrCreate to get it, or swap to replace it and receive the"
                                        + " old one")
                        .build()
                : change.failure();
    }
}
