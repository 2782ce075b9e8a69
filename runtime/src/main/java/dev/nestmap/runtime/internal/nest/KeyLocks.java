/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.cleanup.Mutex;
import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks for the keys of an outer map. A thread takes all that it needs at once, which prevents deadlocks, and must not lock further keys meanwhile.
 */
final class KeyLocks {
    private final Mutex lock = new Mutex();
    private final Condition released = lock.newCondition();

    /** The keys that threads hold. Guarded by the lock, like the threads. */
    private final Set<SlotKey> held = new HashSet<>();

    private final Set<Thread> holders = new HashSet<>();

    /** Runs an action while this thread holds the locks of some keys. */
    <T extends @Nullable Object> T holding(Collection<SlotKey> slots, Supplier<T> action) {
        Set<SlotKey> wanted = Set.copyOf(slots);
        lock.holding(() -> {
            while (wanted.stream().anyMatch(held::contains)) {
                released.awaitUninterruptibly();
            }
            held.addAll(wanted);
            holders.add(Thread.currentThread());
        });
        try {
            return action.get();
        } finally {
            lock.holding(() -> {
                held.removeAll(wanted);
                holders.remove(Thread.currentThread());
                released.signalAll();
            });
        }
    }

    /** Whether this thread holds locks. */
    boolean isHeldByCaller() {
        return lock.holding(() -> holders.contains(Thread.currentThread()));
    }

    /** The number of keys that threads hold. */
    int size() {
        return lock.holding(held::size);
    }
}
