/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.OwnedMaps;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes inner maps out of an outer map.
 *
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries
 * @param <M> type of borrowed handles to inner maps
 * @param <O> type of handles to inner maps that the caller owns
 */
final class DrainedMapSource<K, E, M extends ReadableAccessor<?, E>, O extends ReadableAccessor<?, E> & OwnedMap> {
    private static final System.Logger LOGGER = System.getLogger("dev.nestmap.kafka");

    private final OuterAccessor<K, M, O> outer;
    private final boolean unchecked;
    private final String machine;
    private final @Nullable LostInserts lostInserts;

    /**
     * @param unchecked whether to rotate even where counts may be lost
     * @param lostInserts the map in which programs count failed inserts; null if they do not count them
     */
    DrainedMapSource(
            OuterAccessor<K, M, O> outer, boolean unchecked, String machine, @Nullable LostInserts lostInserts) {
        this.outer = outer;
        this.unchecked = unchecked;
        this.machine = machine;
        this.lostInserts = lostInserts;
    }

    /** Throws if the outer map can't have this key. */
    void requireKey(K key) {
        outer.contains(key);
    }

    /** Returns the keys of inner maps that may have entries. Arrays always have entries. */
    List<K> filled() {
        return keysWith(map -> !map.isEmpty());
    }

    /** Returns the keys of inner maps with at least this many entries. */
    List<K> withEntries(long count) {
        return keysWith(map -> map.count() >= count);
    }

    private List<K> keysWith(Predicate<M> condition) {
        List<K> keys = new ArrayList<>();
        outer.forEach((key, map) -> {
            try {
                if (condition.test(map)) {
                    keys.add(key);
                }
            } catch (InvalidHandleException e) {
                // The map has left the outer map meanwhile. If the outer map itself was closed, it throws too.
            }
        });
        return keys;
    }

    /**
     * Rotates inner maps.
     *
     * @param receiver receives the displaced maps, even if some keys fail
     * @throws dev.nestmap.runtime.error.BpfException if some could not be rotated
     */
    void rotate(Collection<K> keys, Consumer<UnshippedMap> receiver) {
        receive(() -> unchecked ? outer.rotateUnchecked(keys) : outer.rotateAll(keys), receiver);
    }

    /** Does the same as {@link #rotate}, but leaves the slots empty. */
    void take(Collection<K> keys, Consumer<UnshippedMap> receiver) {
        receive(() -> unchecked ? outer.takeUnchecked(keys) : outer.takeAll(keys), receiver);
    }

    /** Recovers the maps that earlier processes took out and did not close. */
    void recover(Consumer<UnshippedMap> receiver) {
        receive(outer.recoverUndrained(), receiver);
    }

    private void receive(Supplier<OwnedMaps<K, O>> displacement, Consumer<UnshippedMap> receiver) {
        try {
            receive(displacement.get(), receiver);
        } catch (BpfException e) {
            receive(outer.displacedBy(e), receiver);
            throw e;
        }
    }

    /** Returns the keys whose maps an operation displaced before it failed. */
    List<K> displacedBy(BpfException failure) {
        return outer.displacedBy(failure).keys();
    }

    private void receive(OwnedMaps<K, O> maps, Consumer<UnshippedMap> receiver) {
        maps.forEach((key, map) -> receiver.accept(drained(map)));
    }

    private UnshippedMap drained(O map) {
        MapIdentity identity = Objects.requireNonNull(map.identity(machine), "it was taken out of a slot");
        Runnable leave = () -> outer.leaveUndrained(map);
        LostInserts lost = lostInserts;
        if (lost == null || UnshippedMap.evictsEntries(map)) {
            return new UnshippedMap(identity, map, map::close, leave, Part.NOT_COUNTED);
        }
        // Removes the count first. If the process ends in between, the
        // next one finds the map in the last marker and closes it.
        Runnable close = () -> {
            forget(lost, identity);
            map.close();
        };
        return new UnshippedMap(identity, map, close, leave, count(lost, identity));
    }

    /** Reads a count without throwing, because the map must reach its receiver even if the count can't be read. */
    private static long count(LostInserts lost, MapIdentity identity) {
        try {
            return lost.of(identity.mapId());
        } catch (BpfException e) {
            warn(identity, "read, so its part says that lost inserts were not counted", e);
            return Part.NOT_COUNTED;
        }
    }

    /** Removes a count without throwing, because the map must be closed even if the count can't be removed. */
    private static void forget(LostInserts lost, MapIdentity identity) {
        try {
            lost.forget(identity.mapId());
        } catch (BpfException e) {
            warn(identity, "removed. The kernel may give the id to another map, for which the count would be wrong", e);
        }
    }

    private static void warn(MapIdentity identity, String what, BpfException e) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "the count of lost inserts into map " + identity.mapId() + " of " + identity.outerMap() + " can't be "
                        + what,
                e);
    }
}
