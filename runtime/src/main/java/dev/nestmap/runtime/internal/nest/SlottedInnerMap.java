/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An inner map that its outer map owns, with the borrowed handle to it. {@link KnownInnerMaps} guards the mutable fields. */
public final class SlottedInnerMap {
    private final OpenMap map;
    private final Integer id;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);

    /** Whether a change in progress hands the map out. Only the thread that has the turn at the slots uses it. */
    private boolean isTakenOut;

    /** The slot where this process has put the map, or found it last; null if it is in none. */
    private volatile @Nullable SlotKey slot;

    /** See {@link Refusals}. */
    private volatile @Nullable RefusedAdditions refusedBefore;

    SlottedInnerMap(OpenMap map) {
        this.map = map;
        this.id = map.id();
    }

    /** The kernel's id of the map. */
    public int id() {
        return id;
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

    /** Begins the change that hands the map out. Returns false if another one does. */
    boolean beginTakeOut() {
        boolean begins = !isTakenOut;
        isTakenOut = true;
        return begins;
    }

    void endTakeOut() {
        isTakenOut = false;
    }

    /** The slot of the outer map that holds this map, as far as this process knows; null if none does. */
    @Nullable
    SlotKey slot() {
        return slot;
    }

    void setSlot(@Nullable SlotKey holder) {
        slot = holder;
    }

    /**
     * Whether the map was put into the slot with the key at the start of a block, or found there. Any thread may call it: what it sees was true a
     * moment ago.
     */
    boolean isIn(OffHeapBlock block) {
        SlotKey holder = slot;
        return holder != null && holder.isAt(block);
    }

    /** How many additions inner maps had refused when this one had refused none; null if that is not known. */
    @Nullable
    RefusedAdditions refusedBefore() {
        return refusedBefore;
    }

    void setRefusedBefore(RefusedAdditions refused) {
        refusedBefore = refused;
    }

    /**
     * Inner maps by the kernel's id. Any thread may call {@link #get}, {@link #all} and {@link #refusedBefore}. For all other methods, the
     * caller must hold the lock of {@link KnownInnerMaps}.
     */
    static final class Table {
        private static final int BOXES = 1024;

        private final ConcurrentHashMap<Integer, SlottedInnerMap> byId = new ConcurrentHashMap<>();
        private final @Nullable Integer[] boxes = new Integer[BOXES];

        /** Returns the map with this id; null if it is unknown. */
        @Nullable
        SlottedInnerMap get(int id) {
            return byId.get(boxed(id));
        }

        /** Returns the id as an object. Makes no new one if this was done before, and no other id has taken its place since then. */
        private Integer boxed(int id) {
            Integer known = boxes[id % BOXES];
            if (known == null || known != id) {
                known = id;
                boxes[id % BOXES] = known; // a race does no harm: all objects of an id are equal
            }
            return known;
        }

        List<SlottedInnerMap> all() {
            return List.copyOf(byId.values());
        }

        void add(SlottedInnerMap inner) {
            byId.put(inner.id, inner);
        }

        /** How many additions inner maps had refused when this one had refused none; null if that is not known. */
        @Nullable
        RefusedAdditions refusedBefore(int id) {
            SlottedInnerMap known = get(id);
            return known == null ? null : known.refusedBefore();
        }

        void remove(SlottedInnerMap inner) {
            byId.remove(inner.id);
        }
    }
}
