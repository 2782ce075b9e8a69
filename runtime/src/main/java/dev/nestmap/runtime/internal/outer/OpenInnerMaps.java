/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.LeakedOuterMap;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.BatchScan;
import dev.nestmap.runtime.internal.map.ReadBatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process has open, by the kernel's id. The kernel does not reuse the id of an open map.
 * A map is added before it is put into a slot, so that no thread that finds its id there has to open it, which requires
 * CAP_SYS_ADMIN.
 *
 * <p>A map is closed when no slot holds it and no change of it is in progress. A change starts with {@link #add} or {@link #beginChange}
 * and must end with one of {@link #endChange}, {@link #handOut} and {@link #giveBack}.
 */
final class OpenInnerMaps {
    private final LeasedMap outer;
    private final LeakedOuterMap leakedOuterMap;
    private final ConcurrentHashMap<Integer, OpenInnerMap> byId = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** Maps of other processes that were opened since the last scan for stale ones. */
    private final AtomicLong opened = new AtomicLong();

    /** The number of maps that stayed open after the last scan for stale ones. */
    private volatile long openAfterScan;

    /** The maps that are being displaced, and those that were handed out and are still open. Unused if displaced maps are pinned. */
    private final AtomicInteger undrained = new AtomicInteger();

    /** A logical time: the number of changes that have ended. */
    private long clock;

    /** Why the outer map was closed; null while it is open. */
    private @Nullable String closed;

    OpenInnerMaps(LeasedMap outer, LeakedOuterMap leakedOuterMap) {
        this.outer = outer;
        this.leakedOuterMap = leakedOuterMap;
    }

    AtomicInteger undrained() {
        return undrained;
    }

    @Nullable
    OpenInnerMap get(int id) {
        return byId.get(id);
    }

    /**
     * Takes over a map and begins the change that puts it into a slot. If the same map is already open through another handle,
     * returns the map that is open, and the caller keeps {@code map}. The caller also keeps it if this method fails.
     */
    OpenInnerMap add(LeasedMap map) {
        lock.lock();
        try {
            if (closed != null) {
                throw new InvalidHandleException(outer.shape().name(), closed);
            }
            OpenInnerMap inner = byId.computeIfAbsent(map.id(), id -> {
                map.markBorrowed(outer, leakedOuterMap);
                return new OpenInnerMap(map);
            });
            inner.addPendingChanges(1);
            return inner;
        } finally {
            lock.unlock();
        }
    }

    /** Begins a change that puts the map into a slot or takes it out of one. Returns false if the map is closed already. */
    boolean beginChange(OpenInnerMap inner) {
        lock.lock();
        try {
            boolean open = byId.get(inner.id()) == inner;
            inner.addPendingChanges(open ? 1 : 0);
            return open;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a change. If no slot holds the map any more, closes it.
     *
     * @param slots the change in the number of slots that hold the map: 1, 0 or -1
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
    LeasedMap handOut(OpenInnerMap inner, String reason) {
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

    /** Ends the change of a map that was not put into a slot, and leaves the map to its owner. Borrowed handles become invalid. */
    void giveBack(OpenInnerMap inner) {
        removeIfUnused(inner, 0, "");
        inner.map().revoke("it was not published");
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
            remove(inner);
            return inner.slots() > 0 ? closed : reason;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes maps that another process took out of their slots, so that neither file descriptors nor kernel memory pile up.
     * Called after a map of another process was opened. Scans the outer map only if the number of open maps has doubled since
     * the last scan.
     */
    void closeStaleOccasionally() {
        if (opened.incrementAndGet() >= openAfterScan) {
            opened.set(0);
            closeStale();
            openAfterScan = byId.size();
        }
    }

    private void closeStale() {
        long start = now();
        Set<Integer> inSlots = new HashSet<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            ReadBatch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                inSlots.add(batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
        for (OpenInnerMap inner : byId.values()) {
            // The scan may have missed a map that was put into a slot after its start.
            closeIf(
                    inner,
                    () -> inner.lastChange() <= start && !inSlots.contains(inner.id()),
                    "another process replaced or removed its entry of "
                            + outer.shape().name());
        }
    }

    /** Closes all maps. A map with a pending change is closed when that change ends. */
    void close(String reason) {
        List<OpenInnerMap> all;
        lock.lock();
        try {
            closed = reason;
            all = List.copyOf(byId.values());
        } finally {
            lock.unlock();
        }
        new Cleanup().each(all, inner -> closeIf(inner, () -> true, reason)).rethrow();
    }

    private void closeIf(OpenInnerMap inner, BooleanSupplier condition, String reason) {
        lock.lock();
        try {
            if (inner.hasPendingChanges() || byId.get(inner.id()) != inner || !condition.getAsBoolean()) {
                return;
            }
            remove(inner);
        } finally {
            lock.unlock();
        }
        inner.map().close(reason);
    }

    private void remove(OpenInnerMap inner) {
        byId.remove(inner.id(), inner);
        leakedOuterMap.remove(inner.id());
        inner.map().references().addAndGet(-inner.slots());
    }

    private long now() {
        lock.lock();
        try {
            return clock;
        } finally {
            lock.unlock();
        }
    }
}
