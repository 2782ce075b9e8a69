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
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process knows, by the kernel's id. A map is added before it is put into a slot: a thread that
 * finds its id there need not open it, which would require CAP_SYS_ADMIN.
 *
 * <p>When no slot holds a map and no change of it is in progress, it is closed, unless the change hands it to the caller. A change starts
 * with {@link #add} or {@link #addShared} and ends with {@link #endPut}; or it starts with {@link #addFound} or {@link #beginChange} and ends
 * with one of {@link #endFound}, {@link #endChange} and {@link #moveToCaller}.
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

    /** @param mostSpares the most recycled maps that are kept */
    KnownInnerMaps(OpenMap outer, InnerMapDescriptors descriptors, int mostSpares) {
        this.outer = outer;
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
     * Takes over a map through a handle that nobody else uses, and begins the change that puts it into a slot. If the same map is already
     * known through another handle, returns the map that is known, and closes the new handle, as it does after a failure.
     */
    SlottedInnerMap add(OpenMap map) {
        return add(map, true);
    }

    /** Does the same for a map that is in a slot already, where a change may be about to take it out of another one. */
    SlottedInnerMap addFound(OpenMap map) {
        return add(map, false);
    }

    private SlottedInnerMap add(OpenMap map, boolean isPut) {
        try (Undo undo = new Undo(map::close)) {
            while (true) {
                SlottedInnerMap existing = table.get(map.id());
                if (existing != null && beginChange(existing, isPut)) {
                    return existing;
                }
                SlottedInnerMap added = existing == null ? addNew(map, isPut) : null;
                if (added != null) {
                    return undo.commit(added);
                }
            }
        }
    }

    /** Adds a map and begins a change of it. Returns null if it is known by now. */
    private @Nullable SlottedInnerMap addNew(OpenMap map, boolean isPut) {
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
            try (Undo undo = new Undo(() -> remains.remove(map.id()))) {
                if (isPut) {
                    beginPut(inner);
                    undo.add(inner::endPut);
                }
                table.add(inner);
                undo.commit();
            }
            inner.addPendingChanges(1);
            return inner;
        });
    }

    /**
     * Begins the change that puts a map into one more slot, and leaves its other slots and its handle as they are.
     *
     * @throws BpfException with {@link Reason#BUSY} while another change takes the map out of its slot
     */
    SlottedInnerMap addShared(OpenMap shared) {
        return shared.whileValid(() -> {
            SlottedInnerMap known = table.get(shared.id());
            return known != null && beginChange(known, true) ? known : add(descriptors.creating(shared::duplicate));
        });
    }

    /**
     * Begins a change that puts the map into a slot or takes it out of one. The map is open until the change ends. Returns false if the
     * map is closed already.
     */
    boolean beginChange(SlottedInnerMap inner) {
        return beginChange(inner, false);
    }

    private boolean beginChange(SlottedInnerMap inner, boolean isPut) {
        return inner.map()
                .callIfValid(() -> lock.holding(() -> {
                    boolean isKnown = table.get(inner.id()) == inner;
                    if (isKnown && isPut) {
                        beginPut(inner);
                    }
                    inner.addPendingChanges(isKnown ? 1 : 0);
                    return isKnown;
                }));
    }

    private static void beginPut(SlottedInnerMap inner) {
        if (!inner.tryPut()) {
            throw BpfException.of(Reason.BUSY, "change of a slot")
                    .map(inner.map().shape().name())
                    .because("another thread is taking it out of its slot at this moment: try again")
                    .build();
        }
    }

    /**
     * Lets no change put a map into another slot until the change in progress, which takes it out of its slot, has ended. Returns false if
     * another change is in progress.
     */
    boolean tryLeave(SlottedInnerMap inner) {
        return lock.holding(inner::tryLeave);
    }

    /**
     * Notes that a known map was found in another slot than those that are known, where another process or the load has put it. Forgets the slots
     * that it has left meanwhile. Returns false if the map is closed by now.
     *
     * @param holds whether a slot holds the map
     */
    boolean foundIn(SlottedInnerMap inner, SlotKey slot, Predicate<SlotKey> holds) {
        if (!beginChange(inner)) {
            return false;
        }
        try (Undo undo = new Undo(() -> endChange(inner, null, gone()))) {
            List<SlotKey> left = inner.knownSlots().stream()
                    .filter(known -> !holds.test(known))
                    .toList();
            lock.holding(() -> left.forEach(inner::removeSlot));
            undo.commit();
        }
        endFound(inner, slot);
        return true;
    }

    /** Ends the change that put a map into a slot, or that was not made. */
    void endPut(SlottedInnerMap inner, @Nullable SlotKey slot) {
        try {
            if (slot == null) {
                endChange(inner, null, "it was not published");
            } else {
                endFound(inner, slot);
            }
        } finally {
            inner.endPut();
        }
    }

    /** Ends the change that {@link #addFound} has begun, and notes the slot. */
    void endFound(SlottedInnerMap inner, SlotKey slot) {
        String closeReason = lock.holding(() -> {
            inner.addSlot(slot);
            return removeIfUnused(inner, null, "");
        });
        if (closeReason != null) {
            inner.map().close(closeReason);
        }
    }

    /**
     * Ends a change. If no slot holds the map any more, closes it.
     *
     * @param left the slot that does not hold the map any more; null if the change has not taken it out of one
     * @param reason why handles to the map become invalid if it is closed
     */
    void endChange(SlottedInnerMap inner, @Nullable SlotKey left, String reason) {
        String closeReason = removeIfUnused(inner, left, reason);
        if (closeReason != null) {
            inner.map().close(closeReason);
        }
    }

    /**
     * Ends the change that took a map out of a slot, and returns the map, which the caller owns. The borrowed handle becomes invalid if no other
     * slot holds the map; otherwise, the caller gets a descriptor of its own. If this fails, the change has not ended, and the caller may try again.
     */
    RawMap moveToCaller(SlottedInnerMap inner, SlotKey slot, String reason) {
        while (true) {
            // Without the lock, because this may close recycled maps.
            OpenMap copy = hasOtherUses(inner, slot) ? descriptors.creating(inner.map()::duplicate) : null;
            try (Undo undo = copy == null ? new Undo() : new Undo(copy::close)) {
                Boolean isWhole = lock.holding(() -> {
                    if (copy == null && hasOtherUses(inner, slot)) {
                        return null; // since the check without the lock
                    }
                    return removeIfUnused(inner, slot, reason) != null;
                });
                if (isWhole != null) {
                    return isWhole
                            ? inner.map().release(reason)
                            : undo.commit(Objects.requireNonNull(copy)).raw();
                }
            }
        }
    }

    /**
     * Whether the map stays open when the change ends that takes it out of this slot: {@link #removeIfUnused} closes it otherwise. Other threads
     * may change the answer. The slot may be unknown by now: see {@link #foundIn}.
     */
    private boolean hasOtherUses(SlottedInnerMap inner, SlotKey slot) {
        return lock.holding(() -> inner.isInOtherSlotThan(slot) || inner.pendingChanges() > 1);
    }

    /** Ends a change. Returns why the map must be closed, or null if it stays open. */
    private @Nullable String removeIfUnused(SlottedInnerMap inner, @Nullable SlotKey left, String reason) {
        return lock.holding(() -> {
            inner.addPendingChanges(-1);
            if (left != null) {
                inner.removeSlot(left);
            }
            inner.setLastChange(++clock);
            if (inner.hasPendingChanges() || (closed == null && inner.slots() > 0)) {
                return null;
            }
            remove(inner);
            return inner.slots() > 0 ? closed : reason;
        });
    }

    private void remove(SlottedInnerMap inner) {
        table.remove(inner);
        remains.remove(inner.id());
        inner.map().references().addAndGet(-inner.slots());
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
