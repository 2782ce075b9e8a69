/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An inner map that its outer map owns, with the borrowed handle to it. {@link Holdings} guards the mutable fields. */
public final class InnerMap {
    private final OpenMap map;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);
    private int slots;
    private int pendingChanges;
    private long lastChange;
    private @Nullable SlotKey slot;

    InnerMap(OpenMap map) {
        this.map = map;
    }

    /** The kernel's id of the map. */
    public int id() {
        return map.id();
    }

    /** The borrowed handle. */
    public OpenMap map() {
        return map;
    }

    /**
     * Returns the view of this map that belongs to a viewer, such as an accessor. Always the same object for the same viewer.
     *
     * @param factory creates the view on the first call
     */
    @SuppressWarnings("unchecked") // each viewer always passes the same type of factory
    public <V> V view(Object viewer, Function<OpenMap, V> factory) {
        Object view = views.get(viewer);
        return (V) (view != null ? view : views.computeIfAbsent(viewer, absent -> factory.apply(map)));
    }

    /** Counts changes that start (1) or end (-1) to put this map into a slot or to take it out of one. */
    void addPendingChanges(int count) {
        pendingChanges += count;
    }

    /** Whether a change is in progress. Then the number of slots may be wrong, and the map must stay open. */
    boolean hasPendingChanges() {
        return pendingChanges > 0;
    }

    /** Adds to the number of slots of the outer map that hold this map, as far as this process knows. */
    void addSlots(int count) {
        int previous = slots;
        slots = Math.max(0, previous + count); // another process may have put it into more slots
        map.references().addAndGet(slots - previous);
    }

    /** The number of slots of the outer map that hold this map, as far as this process knows. */
    int slots() {
        return slots;
    }

    /** Whether a slot keeps the map alive without a descriptor, as far as this process knows: it is in one slot and in no other one. */
    boolean isKeptBySlot() {
        return slots == 1 && slot != null && map.references().get() == 1 && !map.isDuplicated();
    }

    /** The slot that holds the map, if {@link #isKeptBySlot}. */
    SlotKey slot() {
        return Objects.requireNonNull(slot, "the map is in one slot");
    }

    /** Adds a slot of the outer map that holds this map. */
    void addSlot(SlotKey holder) {
        slot = slots == 0 ? holder : null;
        addSlots(1);
    }

    /** The logical time of {@link Holdings} at which the last change ended. */
    long lastChange() {
        return lastChange;
    }

    void setLastChange(long time) {
        lastChange = time;
    }
}
