/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.HandleEndAction;
import dev.nestmap.runtime.internal.open.HandleLeakWatch;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process knows, by the kernel's id. A map is added before it is put into a slot: a thread that
 * finds its id there need not open it, which would require CAP_SYS_ADMIN.
 *
 * <p>A map is in one slot. When it leaves it and no change of it is in progress, it is closed, unless the change hands it to the caller. A change
 * starts with {@link #add} or {@link #addShared} and ends with {@link #endPut}; or it starts with {@link #beginChange} or {@link #beginTakeOut} and
 * ends with {@link #endChange} or {@link #moveToCaller}. Shared maps, to which programs can't write, may be in several slots: {@link
 * OuterSlots#closeStaleAfter} closes them.
 *
 * <p>The maps stay open, so the kernel gives their ids to no other map.
 */
final class KnownInnerMaps {
    private final OpenMap outer;
    private final InnerMapDescriptors descriptors;
    private final Remains remains = new Remains();
    private final SlottedInnerMap.Table table = new SlottedInnerMap.Table();

    private final SpareInnerMaps spares;

    /** Held while the table or a map in it changes. */
    private final Mutex lock = new Mutex();

    private long clock;

    /** Whether the maps may be in several slots. */
    private final boolean areShared;

    /** Why the outer map was closed; null while it is open. */
    private @Nullable String closed;

    /**
     * Frees the open inner maps and other resources of an outer map whose handle became garbage before it was closed. It refers to no
     * handle, because that would keep the handle from becoming garbage. A borrowed handle keeps the outer map's handle reachable.
     */
    private static final class Remains implements HandleEndAction {
        private final Map<Integer, HandleLeakWatch> inners = new ConcurrentHashMap<>();
        private final List<Runnable> others = new CopyOnWriteArrayList<>();

        void add(OpenMap inner) {
            inners.put(inner.id(), inner.leak());
        }

        void remove(int id) {
            inners.remove(id);
        }

        /**
         * Frees all resources. {@link KnownInnerMaps#close} does it for a handle that is closed. If it throws, it may be called again, and frees what
         * is left.
         */
        @Override
        public void abandoned(RawMap outer) {
            new Cleanup()
                    .run(outer::close)
                    .each(inners.entrySet(), inner -> {
                        inner.getValue().free();
                        remove(inner.getKey());
                    })
                    .each(others, Runnable::run)
                    .rethrow();
        }
    }

    /**
     * @param mostSpares the most recycled maps that are kept
     * @param areShared whether the maps may be in several slots
     */
    KnownInnerMaps(OpenMap outer, InnerMapDescriptors descriptors, int mostSpares, boolean areShared) {
        this.outer = outer;
        this.areShared = areShared;
        this.descriptors = descriptors;
        this.spares = new SpareInnerMaps(mostSpares);
        whenAbandoned(spares::disable);
    }

    /** The recycled maps, which are in no slot. */
    SpareInnerMaps spares() {
        return spares;
    }

    /** What happens when the handle of the outer map ends. */
    HandleEndAction ending() {
        return remains;
    }

    /** Adds a step that frees another resource when the outer map's handle has become garbage. It must not refer to a handle. */
    void whenAbandoned(Runnable step) {
        remains.others.add(step);
    }

    /** The maps by their ids. Only this class changes it. */
    SlottedInnerMap.Table table() {
        return table;
    }

    /**
     * Takes over a map through a handle that nobody else uses, and begins a change of it. If the same map is already known through another handle,
     * returns the map that is known, and closes the new handle, as it does after a failure.
     */
    SlottedInnerMap add(OpenMap map) {
        try (Undo undo = new Undo(map::close)) {
            while (true) {
                SlottedInnerMap existing = table.get(map.id());
                if (existing != null && beginChange(existing)) {
                    return existing;
                }
                SlottedInnerMap added = existing == null ? addNew(map) : null;
                if (added != null) {
                    return undo.commit(added);
                }
            }
        }
    }

    /** Adds a map and begins a change of it. Returns null if it is known by now. */
    private @Nullable SlottedInnerMap addNew(OpenMap map) {
        return lock.holding(() -> {
            if (closed != null) {
                throw new InvalidHandleException(outerName(), closed);
            }
            if (table.get(map.id()) != null) {
                return null;
            }
            SlottedInnerMap inner = new SlottedInnerMap(map);
            map.keepReachable(outer);
            remains.add(map);
            table.add(inner);
            inner.addPendingChanges(1);
            return inner;
        });
    }

    /** Begins the change that puts a map of somebody else into a slot, and leaves its handle as it is. */
    SlottedInnerMap addShared(OpenMap shared) {
        return shared.whileValid(() -> {
            SlottedInnerMap known = table.get(shared.id());
            return known != null && beginChange(known) ? known : add(descriptors.creating(shared::duplicate));
        });
    }

    /**
     * Begins a change that puts the map into a slot or takes it out of one. The map is open until the change ends. Returns false if the
     * map is closed already.
     */
    boolean beginChange(SlottedInnerMap inner) {
        return begin(inner, () -> {});
    }

    /**
     * Begins the change that hands a map out, or a copy if it is shared. Returns null if the map is closed already.
     *
     * @throws BpfException with {@link Reason#BUSY} if other software has put the map into a second slot, and a change there is in progress
     */
    @Nullable
    SlottedInnerMap beginTakeOut(SlottedInnerMap inner) {
        if (areShared) {
            return beginChange(inner) ? copy(inner) : null;
        }
        return begin(inner, () -> requireNoChange(inner)) ? inner : null;
    }

    private boolean begin(SlottedInnerMap inner, Runnable check) {
        return inner.map()
                .callIfValid(() -> lock.holding(() -> {
                    boolean isKnown = table.get(inner.id()) == inner;
                    if (isKnown) {
                        check.run();
                    }
                    inner.addPendingChanges(isKnown ? 1 : 0);
                    return isKnown;
                }));
    }

    private static void requireNoChange(SlottedInnerMap inner) {
        if (inner.hasPendingChanges()) {
            throw BpfException.of(Reason.BUSY, "change of a slot")
                    .map(inner.map().shape().name())
                    .because(
                            "other software has put inner map " + Integer.toUnsignedString(inner.id())
                                    + " into a second slot, which changes at the same moment: change these slots one after the other")
                    .build();
        }
    }

    /** Returns a map with a descriptor of its own, and ends the change of the original. */
    private SlottedInnerMap copy(SlottedInnerMap inner) {
        try {
            SlottedInnerMap copy = new SlottedInnerMap(descriptors.creating(inner.map()::duplicate));
            copy.addPendingChanges(1);
            return copy;
        } finally {
            endChange(inner, null, gone());
        }
    }

    /** Notes that a known map was found in another slot than the one that is known. Returns false if the map is closed by now. */
    boolean foundIn(SlottedInnerMap inner, SlotKey slot) {
        boolean isOpen = beginChange(inner);
        if (isOpen) {
            endPut(inner, slot);
        }
        return isOpen;
    }

    /** Ends the change that put a map into a slot or found it there; null if it was not made. */
    void endPut(SlottedInnerMap inner, @Nullable SlotKey slot) {
        if (slot != null) {
            inner.setSlot(slot);
        }
        endChange(inner, null, "it was not published");
    }

    /**
     * Ends a change. If the map is in no slot any more, closes it.
     *
     * @param left the slot that does not hold the map any more; null if the change has not taken it out of one
     * @param reason why handles to the map become invalid if it is closed
     */
    void endChange(SlottedInnerMap inner, @Nullable SlotKey left, String reason) {
        String closeReason = lock.holding(() -> {
            SlotKey slot = inner.slot();
            boolean isInSlot = slot != null && (areShared || left == null || !slot.equals(left));
            if (!isInSlot) {
                inner.setSlot(null);
            }
            return removeIfUnused(inner, isInSlot, reason);
        });
        if (closeReason != null) {
            inner.map().close(closeReason);
        }
    }

    /** Ends the change that took a map out of its slot, and returns the map, which the caller owns. The borrowed handle becomes invalid. */
    RawMap moveToCaller(SlottedInnerMap inner, String reason) {
        lock.holding(() -> {
            inner.setSlot(null);
            inner.addPendingChanges(-1);
            remove(inner);
        });
        return inner.map().release(reason);
    }

    /** Ends a change. Returns why the map must be closed, or null if it stays open. */
    private @Nullable String removeIfUnused(SlottedInnerMap inner, boolean isInSlot, String reason) {
        inner.addPendingChanges(-1);
        inner.setLastChange(++clock);
        if (inner.hasPendingChanges() || (closed == null && isInSlot)) {
            return null;
        }
        remove(inner);
        return isInSlot ? closed : reason;
    }

    private void remove(SlottedInnerMap inner) {
        if (table.get(inner.id()) == inner) {
            table.remove(inner);
            remains.remove(inner.id());
        }
    }

    /** Closes all maps. A map with a pending change is closed when that change ends. */
    void close(String reason) {
        List<SlottedInnerMap> all = lock.holding(() -> {
            closed = reason;
            return table.all();
        });
        new Cleanup()
                .each(all, inner -> closeIf(inner, () -> true, reason))
                .run(spares::disable)
                .rethrow();
    }

    /** Closes a map if it has no pending change and the condition holds. */
    void closeIf(SlottedInnerMap inner, BooleanSupplier condition, String reason) {
        boolean isRemoved = lock.holding(() -> {
            boolean isInUse = inner.hasPendingChanges() && !outer.failure().hasFailed(); // a failed change never ends
            if (isInUse || table.get(inner.id()) != inner || !condition.getAsBoolean()) {
                return false;
            }
            remove(inner);
            return true;
        });
        if (isRemoved) {
            inner.map().close(reason);
        }
    }

    private String outerName() {
        return outer.shape().name();
    }

    /** Why the handle of a map is invalid that is no longer in its slot. */
    String gone() {
        return "another process replaced or removed its entry of " + outerName();
    }

    /** A logical time: the number of changes that have ended. */
    long now() {
        return lock.holding(() -> clock);
    }
}
