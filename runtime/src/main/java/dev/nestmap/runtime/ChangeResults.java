/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.EEXIST;
import static dev.nestmap.runtime.internal.errno.ErrnoNumbers.ENOENT;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.outer.OpenInnerMap;
import dev.nestmap.runtime.internal.outer.SlotChange;
import dev.nestmap.runtime.spi.MapHandle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of changes to an outer map, in the terms of its user: handles, exceptions, and null for what was not there.
 *
 * @param <K> type of the keys
 * @param <M> a borrowed handle
 * @param <O> a handle that is the caller's own
 */
final class ChangeResults<K, M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    private final String outer;
    private final Function<MapHandle, M> borrowed;
    private final Function<MapHandle, O> owned;

    ChangeResults(String outer, Function<MapHandle, M> borrowed, Function<MapHandle, O> owned) {
        this.outer = outer;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    static SlotChange only(List<SlotChange> moves) {
        return moves.get(0);
    }

    /** Those that found an entry. */
    static List<SlotChange> present(List<SlotChange> moves) {
        return moves.stream().filter(move -> move.result() != -ENOENT).toList();
    }

    @SuppressWarnings("unchecked") // a slot's key is the one that the outer accessor made it with
    K key(SlotKey slot) {
        return (K) slot.key();
    }

    M view(OpenInnerMap inner) {
        return inner.view(this, handle -> borrowed.apply(new MapHandle(handle, null)));
    }

    /** A handle that takes the map over; when there can be none, the map is let go. */
    O own(LeasedMap map) {
        try {
            return owned.apply(new MapHandle(map.watched(), null));
        } catch (Throwable e) {
            map.close();
            throw e;
        }
    }

    void done(SlotChange move) {
        BpfException failure = failure(move);
        if (failure != null) {
            throw failure;
        }
    }

    M created(SlotChange move) {
        done(move);
        return view(move.arrived());
    }

    /** The map that was there; null when there was none. */
    @Nullable
    O displaced(SlotChange move) {
        if (move.result() == -ENOENT) {
            return null;
        }
        BpfException failure = failure(move);
        LeasedMap map = move.displaced();
        if (failure != null && map != null) {
            displaced(failure.operation(), List.of(move)); // throws, with the map
        }
        done(move);
        return map == null ? null : own(map);
    }

    OwnedMaps<K, O> displaced(String operation, List<SlotChange> all) {
        List<SlotChange> moves = present(all);
        Map<Object, BpfException> failures = failures(moves);
        Map<K, O> maps = new LinkedHashMap<>();
        for (SlotChange move : moves) {
            LeasedMap map = move.displaced();
            if (map != null) {
                try {
                    maps.put(key(move.slot()), own(map));
                } catch (RuntimeException e) {
                    failures.putIfAbsent(move.slot().key(), unowned(operation, move, e));
                }
            }
        }
        OwnedMaps<K, O> displaced = OwnedMaps.of(maps);
        failIfAny(operation, moves, failures, displaced);
        return displaced;
    }

    void failIfAny(String operation, List<SlotChange> moves) {
        failIfAny(operation, moves, failures(moves), OwnedMaps.of(Map.of()));
    }

    private void failIfAny(
            String operation, List<SlotChange> moves, Map<Object, BpfException> failures, OwnedMaps<?, ?> displaced) {
        if (!failures.isEmpty()) {
            throw new BatchException(operation, outer, moves.size(), failures, displaced);
        }
    }

    private Map<Object, BpfException> failures(List<SlotChange> moves) {
        Map<Object, BpfException> failures = new LinkedHashMap<>();
        for (SlotChange move : moves) {
            BpfException failure = failure(move);
            if (failure != null) {
                failures.put(move.slot().key(), failure);
            }
        }
        return failures;
    }

    private BpfException unowned(String operation, SlotChange move, RuntimeException cause) {
        return BpfException.of(operation)
                .map(outer)
                .key(move.slot().key())
                .because("the map that was there was let go, as no handle to it could be made: " + cause.getMessage())
                .cause(cause)
                .build();
    }

    private @Nullable BpfException failure(SlotChange move) {
        return move.result() == -EEXIST
                ? BpfException.of("creation of an inner map")
                        .map(outer)
                        .key(move.slot().key())
                        .errno(EEXIST)
                        .because("there is one at this key: take it by get or getOrCreate, or replace it by put")
                        .build()
                : move.failure();
    }
}
