/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.BatchException;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Takes inner maps out of an outer map.
 *
 * @param <K> type of the outer map's keys
 * @param <M> type of handles to inner maps
 */
final class DrainedMapSource<K, M extends ReadableAccessor<?, ?>> {
    private final OuterAccessor<K, M, ?> outer;

    /** Whether a count could not be read. The next maps have the same problem, and only the log for debugging names them. */
    private boolean hasWarned;

    DrainedMapSource(OuterAccessor<K, M, ?> outer) {
        this.outer = outer;
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
    void rotate(List<K> keys, Consumer<UnshippedMap> receiver) {
        try {
            receive(outer.rotateAll(keys), receiver);
        } catch (BatchException e) {
            recover(receiver); // the maps of the other keys
            throw e;
        }
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

    private void receive(List<Displaced<K, M>> tickets, Consumer<UnshippedMap> receiver) {
        tickets.forEach(ticket -> receiver.accept(drained(ticket)));
    }

    private UnshippedMap drained(Displaced<K, M> ticket) {
        return new UnshippedMap(
                ticket.identity(), ticket.map(), ticket::acknowledge, ticket::close, () -> isExact(ticket));
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

    /** Does not throw, because the map must be shipped even if the number of its lost inserts can't be read. */
    private boolean isExact(Displaced<?, ?> ticket) {
        try {
            return ticket.isExact();
        } catch (BpfException e) {
            String text = "the count of lost inserts into map "
                    + ticket.identity().mapId() + " of " + ticket.identity().outerMap()
                    + " can't be read, so its rows are not exact";
            if (hasWarned) {
                ShipperLog.debug(text, e);
            } else {
                ShipperLog.warn(text, e);
            }
            hasWarned = true;
            return false;
        }
    }
}
