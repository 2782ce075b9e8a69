/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** An inner map that its outer map owns, and the borrowed handle to it. What changes is guarded by {@link OpenInnerMaps}. */
public final class OpenInnerMap {
    private final LeasedMap map;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);
    private int slots;
    private int moves;
    private long since;

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

    /** What {@code viewer} shows of this map: always the same, made by {@code factory} when it is first asked for. */
    @SuppressWarnings("unchecked") // what a viewer finds under itself is what its own factory made
    public <V> V view(Object viewer, Function<LeasedMap, V> factory) {
        Object view = views.get(viewer);
        return (V) (view != null ? view : views.computeIfAbsent(viewer, absent -> factory.apply(map)));
    }

    /** One more, or less, that is under way with this map into a slot or out of one. */
    void moves(int more) {
        moves += more;
    }

    /** Whether it is on its way: then being in a slot or not says nothing, and it must stay open. */
    boolean isMoving() {
        return moves > 0;
    }

    /** One more slot of the outer map holds it, or one less, as far as this process knows. */
    void slots(int more) {
        int before = slots;
        slots = Math.max(0, before + more); // another process may have put it into more
        map.places().addAndGet(slots - before);
    }

    /** How many slots of the outer map hold it, as far as this process knows. */
    int slots() {
        return slots;
    }

    /** At which time of {@link OpenInnerMaps} it last moved. */
    long since() {
        return since;
    }

    void since(long time) {
        since = time;
    }
}
