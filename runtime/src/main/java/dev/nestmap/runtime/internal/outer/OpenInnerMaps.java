/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.Cleanup;
import dev.nestmap.runtime.internal.handle.LeakedOuterMap;
import dev.nestmap.runtime.internal.handle.OpenMap;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process knows, by the kernel's id. A map is added before it is put into a slot, so that no
 * thread that finds its id there has to open it, which requires CAP_SYS_ADMIN.
 *
 * <p>A map is closed when no slot holds it and no change of it is in progress. A change starts with {@link #add} or {@link #beginChange}
 * and must end with one of {@link #endPut}, {@link #endChange} and {@link #handOut}.
 *
 * <p>The kernel does not reuse the id of an open map. If more maps are open than the {@link DescriptorBound} allows, the descriptors of
 * idle ones are closed: such a map is <em>suspended</em>. The slot keeps it alive. The next call through its handle opens it again. If
 * nobody has a handle, the map is forgotten, like one that another process put into the slot. A map that a slot may not keep alive is never
 * suspended: one with a change in progress, and one with several slots or handles.
 */
final class OpenInnerMaps {
    private final OpenMap outer;
    private final KnownInnerMaps known;
    private final InnerMapOpener opener;
    private final DescriptorBound bound;

    /** Held while {@link #known} or a map in it changes. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The maps that are being displaced, and those that were handed out and are still open. Unused if displaced maps are pinned. */
    private final AtomicInteger undrained = new AtomicInteger();

    private long clock;

    /** Why the outer map was closed; null while it is open. */
    private @Nullable String closed;

    OpenInnerMaps(OpenMap outer, LeakedOuterMap leakedOuterMap, InnerMapOpener opener, DescriptorBound bound) {
        this.outer = outer;
        this.known = new KnownInnerMaps(leakedOuterMap);
        this.opener = opener;
        this.bound = bound;
        bound.add(this);
    }

    AtomicInteger undrained() {
        return undrained;
    }

    @Nullable
    OpenInnerMap get(int id) {
        return known.get(id);
    }

    /** See {@link DescriptorBound#creating}. */
    OpenMap creating(Supplier<OpenMap> action) {
        return bound.creating(this, action);
    }

    /**
     * Takes over a map and begins the change that puts it into a slot. If the same map is already known through another handle,
     * returns the map that is known, and the caller keeps {@code map}. The caller also keeps it if this method fails.
     */
    OpenInnerMap add(OpenMap map) {
        while (true) {
            OpenInnerMap existing = get(map.id());
            if (existing != null && beginChange(existing)) {
                return existing;
            }
            OpenInnerMap added = existing == null ? addNew(map) : null;
            if (added != null) {
                return added;
            }
        }
    }

    /** Adds a map and begins a change of it. Returns null if it is known by now. */
    private @Nullable OpenInnerMap addNew(OpenMap map) {
        lock.lock();
        try {
            if (closed != null) {
                throw new InvalidHandleException(outerName(), closed);
            }
            if (get(map.id()) != null) {
                return null;
            }
            OpenInnerMap inner = new OpenInnerMap(map);
            map.keepReachable(outer);
            map.onResume(() -> resume(inner));
            known.add(inner);
            inner.addPendingChanges(1);
            return inner;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a change that puts the map into a slot or takes it out of one. The map is open until the change ends. Returns false if the
     * map is closed already.
     */
    boolean beginChange(OpenInnerMap inner) {
        return inner.map().callIfValid(() -> {
            lock.lock();
            try {
                boolean isKnown = get(inner.id()) == inner;
                inner.addPendingChanges(isKnown ? 1 : 0);
                return isKnown;
            } finally {
                lock.unlock();
            }
        });
    }

    /** Ends the change that put a map into a slot. */
    void endPut(OpenInnerMap inner, SlotKey slot) {
        String closeReason;
        lock.lock();
        try {
            inner.addSlot(slot);
            closeReason = removeIfUnused(inner, 0, "");
        } finally {
            lock.unlock();
        }
        if (closeReason != null) {
            inner.map().close(closeReason);
        }
    }

    /**
     * Ends a change. If no slot holds the map any more, closes it.
     *
     * @param slots the change in the number of slots that hold the map: 0 or -1
     * @param reason why handles to the map become invalid if it is closed
     */
    void endChange(OpenInnerMap inner, int slots, String reason) {
        String closeReason = removeIfUnused(inner, slots, reason);
        if (closeReason != null) {
            inner.map().close(closeReason);
        }
    }

    /**
     * Ends the change that took a map out of a slot, and returns a handle that the caller owns. The borrowed handle becomes
     * invalid if no other slot holds the map.
     */
    OpenMap handOut(OpenInnerMap inner, String reason) {
        lock.lock();
        try {
            if (removeIfUnused(inner, -1, reason) == null) {
                // Under the lock, because the map may leave its last slot right after it.
                return inner.map().duplicate();
            }
        } finally {
            lock.unlock();
        }
        return inner.map().moveToNewHandle(reason);
    }

    /** Ends a change. Returns why the map must be closed, or null if it stays open. */
    private @Nullable String removeIfUnused(OpenInnerMap inner, int slots, String reason) {
        lock.lock();
        try {
            inner.addPendingChanges(-1);
            inner.addSlots(slots);
            inner.setLastChange(++clock);
            if (inner.hasPendingChanges() || (closed == null && inner.slots() > 0)) {
                return null;
            }
            known.remove(inner);
            return inner.slots() > 0 ? closed : reason;
        } finally {
            lock.unlock();
        }
    }

    /** Closes all maps. A map with a pending change is closed when that change ends. */
    void close(String reason) {
        List<OpenInnerMap> all;
        lock.lock();
        try {
            closed = reason;
            all = known.all();
        } finally {
            lock.unlock();
        }
        new Cleanup().each(all, inner -> closeIf(inner, () -> true, reason)).rethrow();
    }

    /** Closes a map if it has no pending change and the condition holds. */
    void closeIf(OpenInnerMap inner, BooleanSupplier condition, String reason) {
        lock.lock();
        try {
            if (inner.hasPendingChanges() || get(inner.id()) != inner || !condition.getAsBoolean()) {
                return;
            }
            known.remove(inner);
        } finally {
            lock.unlock();
        }
        inner.map().close(reason);
    }

    /** The maps that are open, or that somebody has a handle to. */
    List<OpenInnerMap> known() {
        return known.all();
    }

    /**
     * Closes the descriptors of idle maps: first of those that were not used since the last search.
     *
     * @return how many descriptors it closed, and what ended the search
     */
    DescriptorBound.Suspended suspendIdle(int most) {
        lock.lock();
        try {
            known.forget();
            int count = 0;
            boolean checked = false;
            for (int steps = 2 * known.size(); steps > 0 && count < most; steps--) {
                if (known.next() instanceof OpenInnerMap inner && isIdle(inner)) {
                    InnerMapOpener.Obstacle obstacle = checked ? null : opener.obstacle(inner.slot(), inner.id());
                    if (obstacle != null) {
                        return new DescriptorBound.Suspended(count, obstacle);
                    }
                    checked = opener.opensById();
                    if (inner.map().suspendIfIdle()) {
                        known.suspended(inner);
                        count++;
                    }
                }
            }
            return new DescriptorBound.Suspended(count, null);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isIdle(OpenInnerMap inner) {
        return inner.isKeptBySlot()
                && !inner.hasPendingChanges()
                && !inner.map().takeUsed();
    }

    /** Opens a suspended map, and begins a call through its handle. Returns false if another thread did so, or if the map is closed. */
    private boolean resume(OpenInnerMap inner) {
        SlotKey slot = slotIfSuspended(inner);
        if (slot == null) {
            return false;
        }
        RawMap raw = bound.opening(this, () -> opener.reopen(slot, inner.map().raw()));
        if (raw == null) {
            // Unless another thread has resumed it, because it put the map into another slot.
            closeIf(inner, () -> known.isSuspended(inner), gone());
            return false;
        }
        lock.lock();
        try {
            if (known.isSuspended(inner)) {
                known.add(inner);
                inner.map().resume(raw);
                return true;
            }
        } finally {
            lock.unlock();
        }
        raw.close();
        return false;
    }

    /** The slot that holds a suspended map; null if the map is not suspended any more. */
    private @Nullable SlotKey slotIfSuspended(OpenInnerMap inner) {
        lock.lock();
        try {
            return known.isSuspended(inner) ? inner.slot() : null;
        } finally {
            lock.unlock();
        }
    }

    String outerName() {
        return outer.shape().name();
    }

    /** Why the handle of a map is invalid that is no longer in its slot. */
    String gone() {
        return "another process replaced or removed its entry of " + outerName();
    }

    /** A logical time: the number of changes that have ended. */
    long now() {
        lock.lock();
        try {
            return clock;
        } finally {
            lock.unlock();
        }
    }
}
