/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Drainable;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Takes inner maps out of an outer map.
 *
 * @param <K> type of the outer map's keys
 * @param <E> type of the entries
 * @param <M> type of handles to inner maps
 */
final class DrainedMapSource<K, E, M extends ReadableAccessor<?, E>> {
    private final OuterAccessor<K, M, ?> outer;
    private final Drainable<K, M> rotations;

    /** What could not be read. The next maps have the same problem, and only the log for debugging names them. */
    private final Set<String> warned = new HashSet<>();

    /** @param unchecked whether to rotate even where counts may be lost */
    DrainedMapSource(OuterAccessor<K, M, ?> outer, boolean unchecked) {
        this.outer = outer;
        this.rotations = unchecked ? outer.expert().unchecked() : outer;
    }

    /** Throws if the outer map can't have this key. */
    void requireKey(K key) {
        outer.expert().keyToBytes(key);
    }

    /**
     * Returns the keys of inner maps that may have entries. Arrays always have entries.
     *
     * @param except keys to leave out
     */
    List<K> filled(Set<ByteString> except) {
        return keysWith(map -> !map.isEmpty(), except);
    }

    /**
     * Returns the keys of inner maps with at least this many entries.
     *
     * @param except keys to leave out
     */
    List<K> withEntries(long count, Set<ByteString> except) {
        return keysWith(map -> map.count() >= count, except);
    }

    /** Returns the ids of the maps in all slots. */
    Set<Integer> ids() {
        Set<Integer> ids = new HashSet<>();
        outer.forEach((key, map) -> ids.add(map.id()));
        return ids;
    }

    private List<K> keysWith(Predicate<M> condition, Set<ByteString> except) {
        List<K> keys = new ArrayList<>();
        outer.forEach((key, map) -> {
            if ((except.isEmpty() || !except.contains(outer.expert().keyToBytes(key))) && mayHold(condition, map)) {
                keys.add(key);
            }
        });
        return keys;
    }

    private boolean mayHold(Predicate<M> condition, M map) {
        try {
            return condition.test(map);
        } catch (InvalidHandleException e) {
            return false; // The map has left the outer map meanwhile. If the outer map itself was closed, it throws
            // too.
        } catch (BpfException e) {
            return true; // The rotation shows what the problem is, and others go on.
        }
    }

    /**
     * Rotates inner maps.
     *
     * @param receiver receives the displaced maps, even if some keys fail
     * @throws dev.nestmap.runtime.error.BpfException if some could not be rotated
     */
    void rotate(Collection<K> keys, Consumer<UnshippedMap> receiver) {
        receive(() -> rotations.rotateAll(keys), receiver);
    }

    /** Does the same as {@link #rotate}, but leaves the slots empty. */
    void take(Collection<K> keys, Consumer<UnshippedMap> receiver) {
        receive(() -> rotations.takeAll(keys), receiver);
    }

    /** Passes the maps that wait, of this process and of earlier ones. */
    void recover(Consumer<UnshippedMap> receiver) {
        receive(outer.waitingTickets(), receiver);
    }

    /** Returns whether more maps are displaced and not acknowledged than those that the caller holds. Opens none of them. */
    boolean hasOthers(int held) {
        return outer.waitingCount() > held;
    }

    /** Returns the identities of all displaced maps that are not acknowledged. */
    List<MapIdentity> unacknowledged() {
        return outer.waiting();
    }

    private void receive(Supplier<List<Displaced<K, M>>> displacement, Consumer<UnshippedMap> receiver) {
        try {
            receive(displacement.get(), receiver);
        } catch (BatchException e) {
            recover(receiver); // the maps of the other keys
            throw e;
        }
    }

    private void receive(List<Displaced<K, M>> tickets, Consumer<UnshippedMap> receiver) {
        tickets.forEach(ticket -> receiver.accept(drained(ticket)));
    }

    private UnshippedMap drained(Displaced<K, M> ticket) {
        long lost = UnshippedMap.evictsEntries(ticket.map()) ? UnshippedMap.NOT_COUNTED : lostInserts(ticket);
        return new UnshippedMap(ticket.identity(), ticket.map(), ticket::acknowledge, ticket::close, lost);
    }

    /** Returns a text that names a map, for users. */
    String text(MapIdentity map) {
        String key;
        try {
            key = String.valueOf(outer.expert().keyFromBytes(map.outerKey()));
        } catch (RuntimeException e) { // it has the bytes of a record of an earlier version, for example
            key = "0x" + map.outerKey();
        }
        return "map " + Integer.toUnsignedString(map.mapId()) + " of " + map.outerMap() + ", key " + key + ",";
    }

    /**
     * Reads a count without throwing, because the map must reach its receiver even if the count can't be read. The doubts {@code EVICTS} and
     * {@code FULL} are in {@link UnshippedMap#isFull}.
     */
    private long lostInserts(Displaced<?, ?> ticket) {
        try {
            Long lost = ticket.lostInserts();
            boolean mayHaveLost = ticket.doubts().stream()
                    .anyMatch(doubt -> doubt != Displaced.Doubt.EVICTS && doubt != Displaced.Doubt.FULL);
            long counted = lost == null ? UnshippedMap.NOT_COUNTED : lost;
            return mayHaveLost && counted <= 0 ? UnshippedMap.UNKNOWN : counted;
        } catch (BpfException e) {
            MapIdentity identity = ticket.identity();
            warn(
                    "lost inserts",
                    "the count of lost inserts into map " + identity.mapId() + " of " + identity.outerMap()
                            + " can't be read, so its rows are not exact",
                    e);
            return UnshippedMap.UNKNOWN;
        }
    }

    private void warn(String what, String text, RuntimeException cause) {
        ShipperLog.log(warned.add(what) ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG, text, cause);
    }
}
