/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.nest.OtherVersions.FormerMap;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.ObjectFailure;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.CountText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The displaced inner maps of an outer map that nobody has acknowledged or discarded, or whose pins could not be removed after that. If the
 * outer map is pinned, their pins keep them, also for later processes. Otherwise this object keeps them open until the outer map is closed.
 *
 * <p>Refers to no handle, because the watch on a forgotten handle refers to this object.
 */
final class DisplacedMaps {
    private static final Comparator<DisplacedMap> OLDEST_FIRST = Comparator.comparing(
                    (DisplacedMap map) -> map.origin().takenOut())
            .thenComparingInt(map -> map.origin().mapId());

    private final String outer;
    private final String inner;
    private final @Nullable NestPins pins;
    private final int mostWaiting;
    private final ObjectFailure failure;

    /** Guards the fields below and the states of the maps. */
    private final Mutex lock = new Mutex();

    /** The maps by what is in the name and the time of a pin. */
    private final Map<FormerSlot, DisplacedMap> maps = new LinkedHashMap<>();

    private boolean closed;

    private long listed;

    /** How often an action has failed. */
    private long failures;

    private volatile boolean areReports;

    /**
     * @param inner the name of inner maps
     * @param mostWaiting if this number of maps waits, no further one is displaced
     * @param failure shared by all maps of the object
     */
    DisplacedMaps(String outer, String inner, @Nullable NestPins pins, int mostWaiting, ObjectFailure failure) {
        this.failure = failure;
        this.outer = outer;
        this.inner = inner;
        this.pins = pins;
        this.mostWaiting = mostWaiting;
    }

    /** Says that the maps are reports of misses, which no user drains. */
    void areReports() {
        areReports = true;
    }

    <T extends @Nullable Object> T holding(Supplier<T> action) {
        return lock.holding(action);
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Registers the map that a change has displaced. It waits as soon as its caller lets it.
     *
     * @param reason why the borrowed handle to the map becomes invalid
     */
    DisplacedMap add(SlotChange change, SlottedInnerMap outgoing, String reason) {
        FormerSlot origin = change.origin(outer, outgoing.id());
        DisplacedMap map = new DisplacedMap(this, origin, change.slot(), change.drainingPin(), outgoing.map(), reason);
        lock.holding(() -> maps.put(origin, map));
        return map;
    }

    void remove(DisplacedMap map) {
        lock.holding(() -> maps.remove(map.origin(), map));
    }

    /** Removes the pins of acknowledged maps that could not be removed before. */
    void unpinAcknowledged() {
        lock.holding(() -> maps.values().stream().filter(DisplacedMap::hasEnded).toList())
                .forEach(DisplacedMap::unpin);
    }

    /** Adds the maps of pins that this object did not know. */
    void list(Map<FormerSlot, SlotKey> found) {
        lock.holding(() -> {
            found.forEach((origin, slot) ->
                    maps.put(origin, new DisplacedMap(this, origin, slot, HandleEndAction.CLOSE, null, "")));
            listed += found.size();
        });
    }

    /** The number of maps that {@link #list} has added. */
    long listed() {
        return lock.holding(() -> listed);
    }

    /** Where the maps come from, whether they wait, a handle owns them, or they are acknowledged. */
    Set<FormerSlot> origins() {
        return lock.holding(() -> Set.copyOf(maps.keySet()));
    }

    boolean knows(FormerSlot origin) {
        return lock.holding(() -> maps.containsKey(origin));
    }

    /** The maps that wait, oldest first. */
    List<DisplacedMap> waiting() {
        return lock.holding(() -> maps.values().stream()
                .filter(DisplacedMap::isWaiting)
                .sorted(OLDEST_FIRST)
                .toList());
    }

    /** Counts a failure of an action, and returns its number. */
    long countFailure() {
        return ++failures;
    }

    /** The slots of the maps of this version that wait. One of another version, whose entries perhaps can't be converted, keeps no slot from a drain. */
    Set<SlotKey> waitingSlots() {
        return lock.holding(() -> maps.values().stream()
                .filter(map -> map.isWaiting() && !isFormer(map))
                .map(DisplacedMap::slot)
                .collect(Collectors.toSet()));
    }

    /** The maps of these slots whose tickets outlive the action of a drain. */
    Map<SlotKey, DisplacedMap> kept(Collection<SlotKey> of) {
        Set<SlotKey> wanted = Set.copyOf(of);
        return lock.holding(() -> maps.values().stream()
                .filter(map -> wanted.contains(map.slot()) && map.isKeptByAction())
                .collect(Collectors.toMap(DisplacedMap::slot, map -> map, (one, other) -> one)));
    }

    /** Counts the maps that nobody has acknowledged, and that may have come into their slots when inner maps had refused fewer additions. */
    long countBefore(long refused) {
        return lock.holding(() -> maps.values().stream()
                .filter(map -> {
                    RefusedAdditions before = map.refusedBefore();
                    return !map.hasEnded() && (before == null || before.sum() < refused);
                })
                .count());
    }

    /** Counts the maps that no pin keeps. */
    int unpinnedCount() {
        return lock.holding(() ->
                (int) maps.values().stream().filter(map -> !map.isPinned()).count());
    }

    /** Where the maps come from that no pin keeps, whether they wait or a handle owns them. */
    List<FormerSlot> unpinned() {
        return lock.holding(() -> maps.values().stream()
                .filter(map -> !map.isPinned())
                .map(DisplacedMap::origin)
                .toList());
    }

    /** Returns a handle that owns the map; null if it does not wait any more. */
    @Nullable
    OpenMap open(DisplacedMap map) {
        // Without the lock, because it may convert many entries.
        FormerMap former = pins != null && isFormer(map) ? pins.read(map.origin()) : null;
        if (former == null && pins != null && pins.isKept(map.origin())) {
            lock.holding(() -> remove(map));
            return null;
        }
        try (Undo undo = former == null ? new Undo() : new Undo(former.map()::close)) {
            OpenMap opened = lock.holding(() -> map.isWaiting() && !closed ? opened(map, former) : null);
            if (opened != null) {
                undo.commit();
            }
            return opened;
        }
    }

    /** Does the same for the caller of the change that has displaced the map, before others may open it. */
    @Nullable
    OpenMap openFirst(DisplacedMap map) {
        map.depart(); // without the lock, because it waits for calls through the borrowed handle
        return lock.holding(() -> opened(map, null));
    }

    /** Whether a map is of another version than its outer map. */
    private static boolean isFormer(DisplacedMap map) {
        return !map.origin().group().isEmpty();
    }

    private @Nullable OpenMap opened(DisplacedMap map, @Nullable FormerMap former) {
        OpenMap opened = isFormer(map) && former == null ? null : map.open(pins, inner, failure, former);
        if (opened == null) {
            WarningLog.RUNTIME.warn(
                    "the removed pin of a displaced map, " + map.origin(),
                    ErrorTable.message(
                            "PIN_OF_DISPLACED_WAS_REMOVED",
                            outer,
                            map.slot().key(),
                            Integer.toUnsignedString(map.origin().mapId())));
            remove(map);
        }
        return opened;
    }

    /**
     * Rejects a change that would displace another map while nobody acknowledges those that wait.
     *
     * @param operation names the change
     */
    void requireRoom(String operation, SlotKey slot) {
        if (lock.holding(() -> maps.size()) < mostWaiting) {
            return;
        }
        List<DisplacedMap> waiting = waiting();
        if (waiting.size() >= mostWaiting) {
            throw BpfException.of(Reason.FULL, operation)
                    .map(outer)
                    .key(slot.key())
                    .because(ErrorTable.message(
                            "TOO_MANY_WAIT",
                            CountText.of(waiting.size(), "displaced map"),
                            waiting.size() == 1 ? " waits" : " wait",
                            waiting.get(0).slot().key()));
        }
    }

    /** Takes the maps back from their owners, as if their process had crashed. */
    void crash() {
        List<OpenMap> owners = lock.holding(() -> {
            List<OpenMap> all = new ArrayList<>();
            for (DisplacedMap map : maps.values()) {
                map.forgetFailure();
                OpenMap owner = map.owner();
                if (owner != null) {
                    all.add(owner);
                }
            }
            return all;
        });
        owners.forEach(owner -> owner.leave("a test has let its process crash"));
    }

    /**
     * Frees the maps that no pin keeps, and leaves the others to their pins. Handles that own such a map become invalid.
     *
     * @throws BpfException after that, if there were any
     */
    void close(String reason) {
        List<DisplacedMap> unpinned = lock.holding(() -> {
            closed = true;
            return maps.values().stream().filter(DisplacedMap::isLostAtEnd).toList();
        });
        new Cleanup()
                .each(unpinned, map -> map.freeOwned(reason))
                .run(this::outerAbandoned)
                .rethrow();
        if (!unpinned.isEmpty()) {
            throw lost(unpinned.size(), unpinned.get(0));
        }
    }

    private BpfException lost(int count, DisplacedMap first) {
        return BpfException.of(Reason.LOSES_COUNTS, "close")
                .map(outer)
                .because(
                        areReports
                                ? ErrorTable.message("REPORT_IS_LOST")
                                : ErrorTable.message(
                                        "UNPINNED_ARE_LOST",
                                        CountText.of(count, "displaced map"),
                                        first.slot().key()));
    }

    /** Lets others open a map, because the caller of its change does not. Does nothing if it has. */
    void letWait(DisplacedMap map) {
        boolean isLate = lock.holding(() -> map.leave() && closed);
        if (isLate) {
            if (lock.holding(map::isLostAtEnd)) {
                WarningLog.RUNTIME.warn(
                        "lost maps of " + outer, String.valueOf(lost(1, map).getMessage()));
            }
            outerAbandoned();
        }
    }

    /** Frees the waiting maps after the end of the outer map. If its handle became garbage, the watch of a forgotten ticket frees its map itself. */
    void outerAbandoned() {
        List<DisplacedMap> waiting = lock.holding(() -> {
            closed = true;
            return maps.values().stream()
                    .filter(map -> map.isWaiting() && (!map.isPinned() || map.isKeptHere()))
                    .toList();
        });
        new Cleanup()
                .each(waiting, map -> {
                    remove(map);
                    map.free();
                })
                .rethrow();
    }
}
