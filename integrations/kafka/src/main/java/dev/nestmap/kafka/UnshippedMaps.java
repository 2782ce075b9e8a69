/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.kafka;

import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.types.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** The maps that a shipper has displaced and not acknowledged, and the markers of its transactions. Only the shipper's thread uses this class. */
final class UnshippedMaps {
    private final UUID shipper = UUID.randomUUID();
    private final MarkerKey key;
    private final String topic;

    /** Maps that are in no committed transaction, oldest first. */
    private final Deque<UnshippedMap> waiting = new ArrayDeque<>();

    /** Those of them that could not be sent although Kafka answered. Each is sent in a transaction of its own. */
    private final Set<UnshippedMap> failing = new LinkedHashSet<>();

    /** Those of the failing maps that wait until they are tried again; the one that failed last is the last. */
    private final Set<UnshippedMap> setAside = new LinkedHashSet<>();

    /** Lists all displaced maps that are not acknowledged, even those of other handles. */
    private final Supplier<? extends Collection<MapIdentity>> unacknowledged;

    /**
     * Committed maps, some of which may still have pins, because these could not be removed. Every later marker names those: a later process
     * finds them.
     */
    private final Set<CommitMarker.Entry> committed = new HashSet<>();

    /** Maps in the spool, some of which may still have pins. */
    private final Set<CommitMarker.Entry> spooled = new HashSet<>();

    /** The marker that was committed last with this transactional id, by this or another shipper. */
    private @Nullable CommitMarker last;

    /** Whether {@link #last} is known. */
    private boolean resolved;

    /** The transaction in progress, whose outcome is not known yet. */
    private @Nullable Attempt attempt;

    /** The maps of a transaction that are not in the spool, and its marker. */
    private record Attempt(List<UnshippedMap> maps, MarkerKey key, CommitMarker marker) {}

    /**
     * Creates the state of a shipper that has just started.
     *
     * @param key the key of its markers
     * @param topic the topic of the entries
     * @param unacknowledged lists all displaced maps of the outer map that are not acknowledged
     */
    UnshippedMaps(MarkerKey key, String topic, Supplier<? extends Collection<MapIdentity>> unacknowledged) {
        this.key = key;
        this.topic = topic;
        this.unacknowledged = unacknowledged;
    }

    /** Adds a map that was taken out. Acknowledges it instead if it is committed or in the spool: an earlier attempt to acknowledge it has failed. */
    void add(UnshippedMap map) {
        CommitMarker.Entry entry = CommitMarker.Entry.of(map.identity());
        if (committed.contains(entry) || spooled.contains(entry)) {
            map.acknowledge().run();
        } else {
            waiting.add(map);
        }
    }

    /** Returns the number of maps that are in no committed transaction. */
    int waiting() {
        return waiting.size();
    }

    /** Returns the estimated memory of these maps in bytes. */
    long waitingBytes() {
        return waiting.stream().mapToLong(map -> map.entries().memoryBytes()).sum();
    }

    /** Returns whether the pins of some maps that are committed or in the spool could not be removed. */
    boolean hasStuck() {
        if (!committed.isEmpty() || !spooled.isEmpty()) {
            Set<CommitMarker.Entry> pinned = new HashSet<>();
            unacknowledged.get().forEach(identity -> pinned.add(CommitMarker.Entry.of(identity)));
            committed.retainAll(pinned);
            spooled.retainAll(pinned);
        }
        return !committed.isEmpty() || !spooled.isEmpty();
    }

    /** Adds maps of this boot that are in the spool. */
    void addSpooled(Collection<CommitMarker.Entry> maps) {
        spooled.addAll(maps);
    }

    /**
     * Acknowledges maps after they were written to the spool.
     *
     * @param write writes them. If it throws, they are not in the spool
     */
    void spool(Collection<UnshippedMap> maps, Runnable write) {
        maps.forEach(map -> spooled.add(CommitMarker.Entry.of(map.identity()))); // first: an Error may follow
        try {
            write.run();
        } catch (Throwable e) { // even after an Error, they must not be acknowledged
            maps.forEach(map -> spooled.remove(CommitMarker.Entry.of(map.identity())));
            throw e;
        }
        acknowledgeSpooled();
    }

    /**
     * Acknowledges maps that are in the spool. Throws if a pin stays: no file is sent or written before, because the next process could not know
     * that the pinned map was in an earlier file.
     */
    void acknowledgeSpooled() {
        close(
                waiting.stream()
                        .filter(map -> spooled.contains(CommitMarker.Entry.of(map.identity())))
                        .toList(),
                spooled);
        if (hasStuck() && !spooled.isEmpty()) {
            throw new ShippingException("the pins of " + spooled.size()
                    + " maps in the spool can't be removed: correct the rights of this process, or let nobody else change the"
                    + " directories of the pins");
        }
    }

    /**
     * Finds out from the last markers which maps are committed, and acknowledges them.
     *
     * @return the number of maps of which only a marker shows that they are committed
     */
    int resolve(LastMarkers found) {
        Attempt inDoubt = attempt;
        attempt = null;
        int ended = 0;
        if (inDoubt != null && inDoubt.marker().equals(found.byKey().get(inDoubt.key()))) {
            end(inDoubt);
            ended = inDoubt.maps().size();
        }
        CommitMarker latest = found.latest();
        if (!resolved) {
            resolved = true;
            last = latest;
            return closeNamed(found);
        }
        if (last != null && (latest == null || isEarlier(latest, last))) {
            throw ShippingException.lasting("the last marker of " + key.id()
                    + " is gone: the topic of markers "
                    + (latest == null
                            ? "was deleted or emptied"
                            : "lost its end, as after the loss of a broker's disk, and ends with part "
                                    + latest.number() + " instead of " + last.number())
                    + ", so it is not certain whether the drained maps are"
                    + " committed. This shipper has stopped, and they wait. A shipper that starts now sends all of them, and"
                    + " those that are already committed arrive twice"
                    + (latest == null
                            ? ""
                            : ". Name another topic with withMarkerTopic, so that it begins a new series of numbers"));
        }
        if (latest != null && !latest.equals(last)) {
            throw ShippingException.lasting("another shipper has committed with the transactional id " + key.id()
                    + ". Only one may run for each outer map of a machine: end one of the two, or give them different names with"
                    + " withMachine or withName. This one has stopped, and its maps wait");
        }
        return ended;
    }

    /** Returns whether a marker was committed before another one that this shipper knows. */
    private boolean isEarlier(CommitMarker marker, CommitMarker known) {
        return marker.series().equals(known.series())
                ? marker.number() < known.number()
                : marker.shipper().equals(shipper) && !marker.equals(known);
    }

    /**
     * Acknowledges the maps that the markers name, even if they were written with other records: a migration keeps the identity of a waiting
     * map, and makes another outer map.
     */
    private int closeNamed(LastMarkers found) {
        List<UnshippedMap> named = waiting.stream()
                .filter(map -> found.name(map.identity().bootId(), CommitMarker.Entry.of(map.identity())))
                .toList();
        close(named);
        return named.size();
    }

    /** Returns the maps of the next transaction, at most {@code most}; none if there are only maps that are set aside. */
    List<UnshippedMap> next(int most) {
        List<UnshippedMap> others = nextToSpool(most);
        return others.isEmpty()
                ? failing.stream()
                        .filter(map -> !setAside.contains(map))
                        .limit(1)
                        .toList()
                : others;
    }

    /** Returns the maps of the next file of the spool, at most {@code most}: Kafka would perhaps refuse a map that fails. */
    List<UnshippedMap> nextToSpool(int most) {
        return waiting.stream()
                .filter(map -> !failing.contains(map))
                .limit(most)
                .toList();
    }

    /**
     * Lets the other maps go on without a map that could not be sent.
     *
     * @param most largest number of maps that are set aside
     * @return false if there are so many already
     */
    boolean setAside(UnshippedMap map, int most) {
        if (failing.size() >= most && !failing.contains(map)) {
            return false;
        }
        failing.add(map);
        setAside.add(map);
        return true;
    }

    /** Returns whether a map could not be sent before. */
    boolean isFailing(UnshippedMap map) {
        return failing.contains(map);
    }

    /** Returns the number of maps that could not be sent although Kafka answered. */
    int failing() {
        return failing.size();
    }

    /** Returns these maps. */
    Set<UnshippedMap> failingMaps() {
        return Set.copyOf(failing);
    }

    /** Returns the keys of these maps. Further maps of these keys are not taken out. */
    Set<ByteString> failingKeys() {
        return failing.stream().map(map -> map.identity().outerKey()).collect(Collectors.toSet());
    }

    /** Lets the next transaction try one map again, of those set aside the one that waits longest: each failure costs a new producer. */
    void retry() {
        setAside.stream().findFirst().ifPresent(setAside::remove);
    }

    /**
     * Returns where the next parts go. A series stays in its partition, even if partitions are added to the topic.
     *
     * @param partitions number of partitions of the topic of the entries
     */
    Destination destination(int partitions) {
        CommitMarker known = last;
        if (known != null && known.topic().equals(topic) && known.partition() < partitions) {
            return new Destination(new PartPosition(key.id(), known.series(), known.number()), known.partition());
        }
        int partition = Utils.toPositive(Utils.murmur2(key.id().getBytes(StandardCharsets.UTF_8))) % partitions;
        return new Destination(new PartPosition(key.id(), UUID.randomUUID(), 0), partition);
    }

    /**
     * Begins a transaction with these maps, and returns its marker.
     *
     * @param to where their parts are
     * @param parts number of the parts
     */
    CommitMarker begin(List<UnshippedMap> maps, Destination to, long parts) {
        Set<CommitMarker.Entry> named = hasStuck() ? new HashSet<>(committed) : new HashSet<>();
        maps.forEach(map -> named.add(CommitMarker.Entry.of(map.identity())));
        return begin(maps, key, marker(to, parts, maps.get(0).identity().bootId(), named));
    }

    /**
     * Begins a transaction with a file of the spool, and returns its marker.
     *
     * @param to where its parts are
     * @param parts number of the parts
     */
    CommitMarker begin(SpoolFile file, Destination to, long parts) {
        return begin(List.of(), file.markerKey(), marker(to, parts, file.segment(), Set.of(file.markerEntry())));
    }

    private CommitMarker marker(Destination to, long parts, UUID boot, Set<CommitMarker.Entry> named) {
        long number = to.last().number() + parts;
        return new CommitMarker(shipper, to.last().series(), number, topic, to.partition(), boot, named);
    }

    private CommitMarker begin(List<UnshippedMap> maps, MarkerKey markerKey, CommitMarker marker) {
        attempt = new Attempt(maps, markerKey, marker);
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
        close(maps, committed);
    }

    private void close(Collection<UnshippedMap> maps, Set<CommitMarker.Entry> closed) {
        Set<UnshippedMap> all = new HashSet<>(maps);
        waiting.removeAll(all);
        failing.removeAll(all);
        setAside.removeAll(all);
        Attempt inDoubt = attempt;
        if (inDoubt != null) {
            List<UnshippedMap> rest = new ArrayList<>(inDoubt.maps());
            rest.removeAll(all);
            attempt = new Attempt(rest, inDoubt.key(), inDoubt.marker());
        }
        all.forEach(map -> closed.add(CommitMarker.Entry.of(map.identity()))); // first: an acknowledgement may fail
        maps.forEach(map -> map.acknowledge().run());
    }

    /** Gives back the maps that are in no committed transaction. Called once, at the end. */
    void giveBack() {
        new Cleanup()
                .each(waiting, map -> map.giveBack().run())
                .run(waiting::clear)
                .run(failing::clear)
                .run(setAside::clear)
                .rethrow();
    }
}
