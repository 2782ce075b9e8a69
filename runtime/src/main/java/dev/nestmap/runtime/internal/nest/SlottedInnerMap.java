/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An inner map that its outer map owns, with the borrowed handle to it. {@link KnownInnerMaps} guards the mutable fields. */
public final class SlottedInnerMap {
    private static final SlotKey[] NO_SLOTS = {};

    private final OpenMap map;
    private final ConcurrentHashMap<Object, Object> views = new ConcurrentHashMap<>(2);
    private int pendingChanges;
    private boolean isLeaving;
    private long lastChange;

    /** The slots of the outer map that hold this map, as far as this process knows. The array is replaced, not changed. */
    private volatile SlotKey[] slots = NO_SLOTS;

    /** See {@link Refusals}. */
    private volatile long refusedBefore = Refusals.UNKNOWN;

    private volatile boolean isDoubtful;

    SlottedInnerMap(OpenMap map) {
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
        isLeaving &= pendingChanges > 0;
    }

    /** The number of changes in progress. */
    int pendingChanges() {
        return pendingChanges;
    }

    /** Whether no change may put the map into another slot, because a change takes it out of its only slot and hands it out. */
    boolean isLeaving() {
        return isLeaving;
    }

    /** Lets no change put the map into another slot until the only one in progress has ended. Returns false if there are others. */
    boolean tryLeave() {
        isLeaving |= pendingChanges == 1;
        return pendingChanges == 1;
    }

    /** Whether a change is in progress. Then the number of slots may be wrong, and the map must stay open. */
    boolean hasPendingChanges() {
        return pendingChanges > 0;
    }

    /** Notes that the map has left a slot, or that another process has taken it out of there. */
    void removeSlot(SlotKey left) {
        SlotKey[] before = slots;
        SlotKey[] others = before.length == 1 && before[0].equals(left)
                ? NO_SLOTS
                : Arrays.stream(before).filter(slot -> !slot.equals(left)).toArray(SlotKey[]::new);
        slots = others;
        map.references().addAndGet(others.length - before.length);
    }

    /** The number of slots of the outer map that hold this map, as far as this process knows. */
    int slots() {
        return slots.length;
    }

    /** Whether a slot other than this one holds the map, as far as this process knows. */
    boolean isInOtherSlotThan(SlotKey one) {
        return Arrays.stream(slots).anyMatch(slot -> !slot.equals(one));
    }

    /** These slots. */
    List<SlotKey> knownSlots() {
        return List.of(slots);
    }

    /** Whether a slot keeps the map alive without a descriptor, as far as this process knows: it is in exactly one slot. */
    boolean isKeptBySlot() {
        return slots.length == 1 && map.references().get() == 1 && !map.isDuplicated();
    }

    /** The slot that holds the map, if {@link #isKeptBySlot}. */
    SlotKey slot() {
        return slots[0];
    }

    /**
     * Whether the map was put into the slot with the key at the start of a block, or found there. False if it is not known. Any thread may call
     * it: what it sees was true a moment ago.
     */
    boolean isIn(OffHeapBlock block) {
        for (SlotKey slot : slots) {
            if (slot.isAt(block)) {
                return true;
            }
        }
        return false;
    }

    /** Adds a slot of the outer map that holds this map. Does nothing if it is known. */
    void addSlot(SlotKey holder) {
        SlotKey[] before = slots;
        if (Arrays.asList(before).contains(holder)) {
            return;
        }
        SlotKey[] all = Arrays.copyOf(before, before.length + 1);
        all[before.length] = holder;
        slots = all;
        map.references().incrementAndGet();
    }

    /** How many additions inner maps had refused when this one had refused none; {@link Refusals#UNKNOWN} if that is not known. */
    long refusedBefore() {
        return refusedBefore;
    }

    void setRefusedBefore(long refused) {
        refusedBefore = refused;
    }

    /** Whether programs may have written to the map after it had left an earlier slot, or another process may have read it. */
    boolean isDoubtful() {
        return isDoubtful;
    }

    void doubt() {
        isDoubtful = true;
    }

    /** The logical time of {@link KnownInnerMaps} at which the last change ended. */
    long lastChange() {
        return lastChange;
    }

    void setLastChange(long time) {
        lastChange = time;
    }

    /** A map in the {@link Table}. While the map is suspended, the entry does not keep it reachable. */
    static final class Entry extends WeakReference<SlottedInnerMap> {
        private final int id;

        /** Null while the map is suspended. */
        volatile @Nullable SlottedInnerMap open;

        /** {@link SlottedInnerMap#refusedBefore} when the map was last suspended; meaningless before. */
        private volatile long refusedBefore = Refusals.UNKNOWN;

        private Entry(SlottedInnerMap inner, ReferenceQueue<SlottedInnerMap> forgotten) {
            super(inner, forgotten);
            this.id = inner.id();
            this.open = inner;
        }

        /** Notes that the map is suspended, when its descriptor is about to be closed. */
        void suspend(SlottedInnerMap inner) {
            refusedBefore = inner.refusedBefore();
            open = null;
        }

        /** Returns the map; null if it is suspended and nobody has a handle to it. */
        private @Nullable SlottedInnerMap map() {
            SlottedInnerMap known = open;
            return known != null ? known : get();
        }
    }

    /**
     * Inner maps by the kernel's id, open or suspended. Any thread may call {@link #get}, {@link #all} and {@link #refusedBefore}. For all other methods, the
     * caller must hold the lock of {@link KnownInnerMaps}.
     */
    static final class Table {
        private static final int BOXES = 1024;

        /** The most forgotten maps of which {@link #refusedBefore} is known. */
        private static final int MOST_FORGOTTEN = 1 << 18;

        private final ConcurrentHashMap<Integer, Entry> byId = new ConcurrentHashMap<>();
        private final @Nullable Integer[] boxes = new Integer[BOXES];

        /** The entries of suspended maps to which nobody has a handle any more. */
        private final ReferenceQueue<SlottedInnerMap> forgotten = new ReferenceQueue<>();

        /** What {@link #refusedBefore} returns for forgotten maps, which mostly are still in their slots. */
        private final ConcurrentHashMap<Integer, Long> refusedBeforeForgotten = new ConcurrentHashMap<>();

        /** Where {@link #next} goes on, so that it visits all maps in turns. */
        private Iterator<Entry> candidates = Collections.emptyIterator();

        /** Returns the map with this id; null if it is unknown, or if it is suspended and nobody has a handle. */
        @Nullable
        SlottedInnerMap get(int id) {
            Entry entry = byId.get(boxed(id));
            return entry == null ? null : entry.map();
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

        /** The maps that are open, or that somebody has a handle to. */
        List<SlottedInnerMap> all() {
            return byId.values().stream()
                    .map(Entry::map)
                    .filter(Objects::nonNull)
                    .toList();
        }

        /** Adds an open map. */
        void add(SlottedInnerMap inner) {
            long known = refusedBefore(inner.id());
            if (known != Refusals.UNKNOWN) {
                inner.setRefusedBefore(known);
            }
            byId.put(inner.id(), new Entry(inner, forgotten));
            refusedBeforeForgotten.remove(inner.id());
        }

        /**
         * How many additions inner maps had refused when this one had refused none, even if it is forgotten; {@link Refusals#UNKNOWN} if that is not
         * known. Any thread may call it.
         */
        long refusedBefore(int id) {
            Entry entry = byId.get(id);
            if (entry == null) {
                return refusedBeforeForgotten.getOrDefault(id, Refusals.UNKNOWN);
            }
            SlottedInnerMap known = entry.map();
            return known != null ? known.refusedBefore() : entry.refusedBefore;
        }

        void remove(SlottedInnerMap inner) {
            byId.remove(inner.id());
        }

        /** The entry of a suspended map; null if the map is open or closed. */
        @Nullable
        Entry suspended(SlottedInnerMap inner) {
            Entry entry = byId.get(inner.id());
            return entry != null && entry.open == null && entry.get() == inner ? entry : null;
        }

        /** Removes suspended maps to which nobody has a handle any more. */
        void forget() {
            for (Reference<?> entry = forgotten.poll(); entry != null; entry = forgotten.poll()) {
                Entry suspended = (Entry) entry;
                if (byId.get(suspended.id) == suspended) {
                    if (refusedBeforeForgotten.size() >= MOST_FORGOTTEN) {
                        refusedBeforeForgotten
                                .clear(); // then they are in doubt, as if another process had put them into their slots
                    }
                    if (suspended.refusedBefore != Refusals.UNKNOWN) {
                        refusedBeforeForgotten.put(suspended.id, suspended.refusedBefore);
                    }
                    byId.remove(suspended.id, suspended);
                }
            }
        }

        int size() {
            return byId.size();
        }

        /** Returns the next map of a search that never ends. The table must not be empty. */
        Entry next() {
            candidates = candidates.hasNext() ? candidates : byId.values().iterator();
            return candidates.next();
        }
    }
}
