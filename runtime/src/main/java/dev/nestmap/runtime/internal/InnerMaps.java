/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

import dev.nestmap.runtime.InvalidHandleException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The inner maps of one outer map that this process has open, by the kernel's id. An id is not given to another map while the
 * map is open. A map is here before it is in a slot, so that nobody who finds its id has to open it, which takes CAP_SYS_ADMIN.
 */
final class InnerMaps {
    private final LeasedMap outer;
    private final String name;
    private final ConcurrentHashMap<Integer, Inner> byId = new ConcurrentHashMap<>();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final ReentrantLock registration = new ReentrantLock();
    private volatile long kept;
    private @Nullable String closed;

    InnerMaps(LeasedMap outer, String name) {
        this.outer = outer;
        this.name = name;
    }

    @Nullable
    Inner get(int id) {
        return byId.get(id);
    }

    /** Takes over a map that is not in a slot yet. When it can't, the map stays the caller's. */
    Inner add(RawMap raw) {
        registration.lock();
        try {
            if (closed != null) {
                throw new InvalidHandleException(outer.shape().name(), closed);
            }
            Inner inner = new Inner(name, raw);
            byId.put(raw.id(), inner);
            return inner;
        } finally {
            registration.unlock();
        }
    }

    /** Says that the map is in a slot now, or still. */
    void published(Inner inner) {
        String late;
        registration.lock();
        try {
            inner.since(clock.incrementAndGet());
            late = closed;
        } finally {
            registration.unlock();
        }
        if (late != null) {
            remove(inner, late);
        }
    }

    /** Cuts its handles off and closes it. */
    void remove(Inner inner, String why) {
        byId.remove(inner.id(), inner);
        inner.map().close(why);
    }

    /** The same by id; nothing when this process does not have the map open. */
    void remove(int id, String why) {
        Inner inner = byId.get(id);
        if (inner != null) {
            remove(inner, why);
        }
    }

    /** Cuts its handles off and hands it out. */
    RawMap detach(Inner inner, String why) {
        byId.remove(inner.id(), inner);
        return inner.map().detach(why);
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
        long start = clock.incrementAndGet();
        Set<Integer> there = new HashSet<>();
        for (BatchScan scan = new BatchScan(outer); scan.next(); ) {
            Batch batch = scan.batch();
            for (int i = 0; i < batch.count(); i++) {
                there.add(batch.values().bytes().getInt(i * Integer.BYTES));
            }
        }
        for (Inner inner : byId.values()) {
            // One that came after the start may not have been seen; one that is moving is its mover's.
            if (inner.since() < start && !there.contains(inner.id())) {
                remove(
                        inner,
                        "another process replaced or removed its entry of "
                                + outer.shape().name());
            }
        }
    }

    /** Closes what is here. A map that is moving is its mover's, who finds the outer map closed. */
    void close(String why) {
        registration.lock();
        try {
            closed = why;
        } finally {
            registration.unlock();
        }
        for (Inner inner : byId.values()) {
            if (inner.since() != Inner.MOVING) {
                remove(inner, why);
            }
        }
    }
}
