/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.pin.MapIdentity;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The maps that a shipper has displaced and not acknowledged, and the markers of its transactions. Only the shipper's thread uses this class. */
final class UnshippedMaps {
    private final UUID shipper = UUID.randomUUID();
    private final String id;
    private final String layout;
    private final String topic;

    /** Maps that are in no committed transaction, oldest first. */
    private final Deque<UnshippedMap> waiting = new ArrayDeque<>();

    /** Lists all displaced maps that are not acknowledged, even those of other handles. */
    private final Supplier<? extends Collection<MapIdentity>> unacknowledged;

    /**
     * Committed maps, some of which may still have pins, because these could not be removed. Every later marker names those: a later process
     * finds them.
     */
    private final Set<CommitMarker.Entry> committed = new HashSet<>();

    /** The last committed marker. */
    private @Nullable CommitMarker last;

    /** Whether {@link #last} is known. */
    private boolean resolved;

    /** The transaction in progress, whose outcome is not known yet. */
    private @Nullable Attempt attempt;

    /** The maps of a transaction, and its marker. */
    private record Attempt(List<UnshippedMap> maps, CommitMarker marker) {}

    /**
     * Creates the state of a shipper that has just started.
     *
     * @param id the transactional id, for messages
     * @param topic the topic of the entries
     * @param unacknowledged lists all displaced maps of the outer map that are not acknowledged
     */
    UnshippedMaps(String id, String layout, String topic, Supplier<? extends Collection<MapIdentity>> unacknowledged) {
        this.id = id;
        this.layout = layout;
        this.topic = topic;
        this.unacknowledged = unacknowledged;
    }

    /** Adds a map that was taken out. */
    void add(UnshippedMap map) {
        waiting.add(map);
    }

    /** Returns the number of maps that are in no committed transaction. */
    int waiting() {
        return waiting.size();
    }

    /** Returns the estimated memory of these maps in bytes. */
    long waitingBytes() {
        return waiting.stream().mapToLong(map -> map.entries().memoryBytes()).sum();
    }

    /** Returns whether the pins of some committed maps could not be removed. */
    boolean hasStuck() {
        if (!committed.isEmpty()) {
            Set<CommitMarker.Entry> pinned = new HashSet<>();
            unacknowledged.get().forEach(identity -> pinned.add(CommitMarker.Entry.of(identity)));
            committed.retainAll(pinned);
        }
        return !committed.isEmpty();
    }

    /**
     * Finds out from the last marker which maps are committed, and acknowledges them.
     *
     * @param found the last committed marker; null if there is none
     * @return the number of maps of which only the marker shows that they are committed
     */
    int resolve(@Nullable CommitMarker found) {
        Attempt inDoubt = attempt;
        attempt = null;
        if (inDoubt != null && inDoubt.marker().equals(found)) {
            end(inDoubt);
            return inDoubt.maps().size();
        }
        if (!resolved) {
            resolved = true;
            last = found;
            return closeNamed(found);
        }
        if (found == null && last != null) {
            throw ShippingException.lasting("the last marker of " + id
                    + " is gone: the topic of markers was deleted or emptied, so it is not certain whether the drained maps are"
                    + " committed. This shipper has stopped, and they wait. A shipper that starts now sends all of them, and"
                    + " those that are already committed arrive twice");
        }
        if (found != null && !found.equals(last)) {
            throw ShippingException.lasting("another shipper has committed with the transactional id " + id
                    + ". Only one may run for each outer map of a machine: end one of the two, or give them different names with"
                    + " withMachine or withName. This one has stopped, and its maps wait");
        }
        return 0;
    }

    /**
     * Acknowledges the maps that a marker names, even if it was written with other records: a migration keeps the identity of a waiting map.
     */
    private int closeNamed(@Nullable CommitMarker found) {
        if (found == null) {
            return 0;
        }
        List<UnshippedMap> named =
                waiting.stream().filter(map -> found.names(map.identity())).toList();
        close(named);
        return named.size();
    }

    /** Returns the maps of the next transaction, at most {@code most}. */
    List<UnshippedMap> next(int most) {
        return waiting.stream().limit(most).toList();
    }

    /**
     * Begins a transaction with these maps, and returns its marker.
     *
     * @param partitions number of partitions of the topic of the entries
     */
    CommitMarker begin(List<UnshippedMap> maps, int partitions) {
        Set<CommitMarker.Entry> named = hasStuck() ? new HashSet<>(committed) : new HashSet<>();
        maps.forEach(map -> named.add(CommitMarker.Entry.of(map.identity())));
        CommitMarker marker = new CommitMarker(
                shipper,
                last == null ? 1 : last.sequence() + 1,
                layout,
                topic,
                partitions,
                maps.get(0).identity().bootId(),
                named);
        attempt = new Attempt(maps, marker);
        return marker;
    }

    /** Acknowledges the maps of the current transaction. Called after its commit. */
    void committed() {
        Attempt done = attempt;
        attempt = null;
        if (done != null) {
            end(done);
        }
    }

    private void end(Attempt done) {
        last = done.marker();
        close(done.maps());
    }

    /** Acknowledges maps that are committed, or that have no entries. */
    void close(Collection<UnshippedMap> maps) {
        waiting.removeAll(new HashSet<>(maps));
        maps.forEach(this::close);
    }

    /** Gives back the maps that are in no committed transaction. Called once, at the end. */
    void giveBack() {
        waiting.forEach(map -> map.giveBack().run());
        waiting.clear();
    }

    private void close(UnshippedMap map) {
        map.acknowledge().run();
        committed.add(CommitMarker.Entry.of(map.identity()));
    }
}
