/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.handle.Cleanup;
import dev.nestmap.runtime.internal.handle.ForgottenResources;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.Batch;
import dev.nestmap.runtime.internal.map.BatchScan;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process has open, by the kernel's id. An id is not given to another map while the
 * map is open. A map is here before it is in a slot, so that nobody who finds its id has to open it, which takes CAP_SYS_ADMIN.
 *
 * <p>A map is closed when no slot holds it and nobody moves it. Who moves one says {@link #begin} or {@link #add} first, and
 * {@link #end} in any case.
 */
final class OpenInnerMaps {
    private final LeasedMap outer;
    private final ForgottenResources forgotten;
    private final ConcurrentHashMap<Integer, OpenInnerMap> byId = new ConcurrentHashMap<>();
    private final AtomicLong opened = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private long clock;
    private volatile long kept;
    private @Nullable String closed;

    OpenInnerMaps(LeasedMap outer, ForgottenResources forgotten) {
        this.outer = outer;
        this.forgotten = forgotten;
    }

    @Nullable
    OpenInnerMap get(int id) {
        return byId.get(id);
    }

    /**
     * Takes over a map that is on its way into a slot. When it can't, the map stays the caller's; so it does when the map is
     * here already by another handle, which is what is returned then.
     */
    OpenInnerMap add(LeasedMap map) {
        lock.lock();
        try {
            if (closed != null) {
                throw new InvalidHandleException(outer.shape().name(), closed);
            }
            OpenInnerMap inner = byId.computeIfAbsent(map.id(), id -> {
                map.lentBy(outer, forgotten);
                return new OpenInnerMap(map);
            });
            inner.moves(1);
            return inner;
        } finally {
            lock.unlock();
        }
    }

    /** Says that the map is on its way into a slot or out of one; false when it is not here any more. */
    boolean begin(OpenInnerMap inner) {
        lock.lock();
        try {
            boolean isHere = byId.get(inner.id()) == inner;
            inner.moves(isHere ? 1 : 0);
            return isHere;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says that a move has ended.
     *
     * @param slots how many more slots hold the map now: 1, 0 or -1
     * @param why what to tell who uses a handle to the map, if it is closed because no slot holds it any more
     */
    void end(OpenInnerMap inner, int slots, String why) {
        String reason = ended(inner, slots, why);
        if (reason != null) {
            inner.map().close(reason);
        }
    }

    /** Ends a move out of a slot, and hands the map out: with the last slot the borrowed handle ends. */
    LeasedMap handOut(OpenInnerMap inner, String why) {
        lock.lock();
        try {
            if (ended(inner, -1, why) == null) {
                return inner.map().duplicate(); // here, before the map can leave its last slot
            }
        } finally {
            lock.unlock();
        }
        return inner.map().moveOn(why);
    }

    /** Ends the move of a map that never was in a slot, and gives it back; views of it end. */
    void giveBack(OpenInnerMap inner) {
        ended(inner, 0, "");
        inner.map().revoke("it was not published");
    }

    /** Why the map leaves with the end of its move; null when it stays. */
    private @Nullable String ended(OpenInnerMap inner, int slots, String why) {
        lock.lock();
        try {
            inner.moves(-1);
            inner.slots(slots);
            inner.since(++clock);
            if (inner.isMoving() || (closed == null && inner.slots() > 0)) {
                return null;
            }
            leave(inner);
            return inner.slots() > 0 ? closed : why;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Said after a map of another process was opened. Then others may have left their slots, and are closed, so that neither
     * descriptors nor the kernel's memory pile up. It takes a scan, so it is done each time that the number has doubled.
     */
    void forgetSometimes() {
        if (opened.incrementAndGet() >= kept) {
            opened.set(0);
            forget();
            kept = byId.size();
        }
    }

    private void forget() {
        long start = now();
        Set<Integer> there = new HashSet<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                there.add(batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
        for (OpenInnerMap inner : byId.values()) {
            // One that came after the start may not have been seen.
            closeIf(
                    inner,
                    () -> inner.since() <= start && !there.contains(inner.id()),
                    "another process replaced or removed its entry of "
                            + outer.shape().name());
        }
    }

    /** Closes what is here. A map that is moving is closed by who moves it, and finds the outer map closed. */
    void close(String why) {
        List<OpenInnerMap> all;
        lock.lock();
        try {
            closed = why;
            all = List.copyOf(byId.values());
        } finally {
            lock.unlock();
        }
        new Cleanup().each(all, inner -> closeIf(inner, () -> true, why)).rethrow();
    }

    private void closeIf(OpenInnerMap inner, BooleanSupplier condition, String why) {
        lock.lock();
        try {
            if (inner.isMoving() || byId.get(inner.id()) != inner || !condition.getAsBoolean()) {
                return;
            }
            leave(inner);
        } finally {
            lock.unlock();
        }
        inner.map().close(why);
    }

    private void leave(OpenInnerMap inner) {
        byId.remove(inner.id(), inner);
        forgotten.remove(inner.id());
        inner.map().places().addAndGet(-inner.slots());
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
