/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An inner map that its outer map owns, with the borrowed handle to it. {@link OpenInnerMaps} guards the mutable fields. */
public final class OpenInnerMap {
    private final LeasedMap map;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);
    private int slots;
    private int pendingChanges;
    private long lastChange;

    OpenInnerMap(LeasedMap map) {
        this.map = map;
    }

    /** The kernel's id of the map. */
    public int id() {
        return map.id();
    }

    /** The borrowed handle. */
    public LeasedMap map() {
        return map;
    }

    /**
     * Returns the view of this map that belongs to a viewer, such as an accessor. Always the same object for the same viewer.
     *
     * @param factory creates the view on the first call
     */
    @SuppressWarnings("unchecked") // each viewer always passes the same type of factory
    public <V> V view(Object viewer, Function<LeasedMap, V> factory) {
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

    /** The logical time of {@link OpenInnerMaps} at which the last change ended. */
    long lastChange() {
        return lastChange;
    }

    void setLastChange(long time) {
        lastChange = time;
    }
}
