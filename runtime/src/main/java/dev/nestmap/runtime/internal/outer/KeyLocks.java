/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock for each key of an outer map, there while somebody wants it. Who needs several gets them in the order of their bytes,
 * so that nobody waits in a circle. An action may do more with the keys that are held for it, and with no others.
 */
public final class KeyLocks {
    private final Map<SlotKey, KeyLock> locks = new ConcurrentHashMap<>();

    /** What threads hold that are in an action. */
    private final Map<Thread, Set<SlotKey>> holders = new ConcurrentHashMap<>();

    /**
     * Does something while nobody else does anything with one of these keys.
     *
     * @throws IllegalStateException when this thread holds keys already, and not these: it would take them in another order
     */
    public <T extends @Nullable Object> T holding(Collection<SlotKey> slots, Supplier<T> action) {
        Thread thread = Thread.currentThread();
        Set<SlotKey> outermost = holders.get(thread);
        if (outermost != null) {
            requireAmong(outermost, slots);
            return action.get();
        }
        Deque<SlotKey> held = new ArrayDeque<>();
        holders.put(thread, Set.copyOf(slots));
        try {
            slots.stream().sorted().forEach(slot -> {
                lock(slot);
                held.push(slot);
            });
            return action.get();
        } finally {
            held.forEach(this::unlock);
            holders.remove(thread);
        }
    }

    private static void requireAmong(Set<SlotKey> held, Collection<SlotKey> slots) {
        slots.stream().filter(slot -> !held.contains(slot)).findFirst().ifPresent(slot -> {
            throw new IllegalStateException(
                    "key " + slot.key() + " can't be changed while a listener is told of other keys"
                            + " of this map: change it when the listener has returned, or on another thread for which it does not wait");
        });
    }

    /** How many keys are locked or waited for. */
    int size() {
        return locks.size();
    }

    private void lock(SlotKey slot) {
        KeyLock lock = locks.compute(slot, (s, there) -> {
            KeyLock wanted = there == null ? new KeyLock() : there;
            wanted.users++;
            return wanted;
        });
        lock.lock();
    }

    private void unlock(SlotKey slot) {
        locks.computeIfPresent(slot, (s, lock) -> {
            lock.unlock();
            return --lock.users == 0 ? null : lock;
        });
    }

    /** The number of users changes only while the map computes the entry. */
    private static final class KeyLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        private int users;
    }
}
