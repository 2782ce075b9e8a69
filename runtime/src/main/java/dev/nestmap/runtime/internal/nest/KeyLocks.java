/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.internal.map.SlotKey;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks for the keys of an outer map. The lock of a key exists while a thread holds it or waits for it. A thread that needs several locks
 * takes them in the order of the keys' bytes, which prevents deadlocks. A thread with locks may lock the same keys again. It must not lock
 * other keys to change their entries. It may lock another key to read its entry if no thread holds that lock.
 */
public final class KeyLocks {
    private final String outerName;
    private final Map<SlotKey, KeyLock> locks = new ConcurrentHashMap<>();

    /** The keys that each thread holds while it runs an action. */
    private final Map<Thread, Set<SlotKey>> keysByThread = new ConcurrentHashMap<>();

    /** @param outerName name of the outer map, for messages */
    public KeyLocks(String outerName) {
        this.outerName = outerName;
    }

    /**
     * Runs an action while this thread holds the locks of some keys.
     *
     * @throws IllegalStateException if this thread already holds locks and some of these keys are not among them. Taking them now
     *     would break the order and could deadlock.
     */
    public <T extends @Nullable Object> T holding(Collection<SlotKey> slots, Supplier<T> action) {
        Thread thread = Thread.currentThread();
        Set<SlotKey> alreadyHeld = keysByThread.get(thread);
        if (alreadyHeld != null) {
            requireAmong(alreadyHeld, slots);
            return action.get();
        }
        Deque<SlotKey> held = new ArrayDeque<>();
        keysByThread.put(thread, Set.copyOf(slots));
        try {
            slots.stream().sorted().forEach(slot -> {
                lock(slot);
                held.push(slot);
            });
            return action.get();
        } finally {
            while (!held.isEmpty()) {
                unlock(held.pop());
            }
            keysByThread.remove(thread);
        }
    }

    /** Whether this thread holds locks. */
    boolean isHeldByCaller() {
        return keysByThread.containsKey(Thread.currentThread());
    }

    /**
     * Runs an action that reads an entry while no other thread changes it. This thread may hold locks of other keys.
     *
     * @throws IllegalStateException if this thread holds locks, and another thread holds the lock of this key. To wait for it could deadlock.
     */
    <T extends @Nullable Object> T reading(SlotKey slot, Supplier<T> action) {
        Set<SlotKey> alreadyHeld = keysByThread.get(Thread.currentThread());
        if (alreadyHeld == null || alreadyHeld.contains(slot)) {
            return holding(List.of(slot), action);
        }
        if (!tryLock(slot)) {
            throw new IllegalStateException("key " + slot.key() + " of map " + outerName
                    + " can't be read inside a listener that is called for other keys of this map, while another thread changes it."
                    + " Read it after the listener has returned");
        }
        try {
            return action.get();
        } finally {
            unlock(slot);
        }
    }

    private void requireAmong(Set<SlotKey> held, Collection<SlotKey> slots) {
        slots.stream().filter(slot -> !held.contains(slot)).findFirst().ifPresent(slot -> {
            throw new IllegalStateException(
                    "key " + slot.key() + " of map " + outerName
                            + " can't be changed inside a listener that is called for other keys of this map."
                            + " Change it after the listener has returned, or on another thread, without waiting for that thread");
        });
    }

    /** The number of keys that threads hold or wait for. */
    int size() {
        return locks.size();
    }

    private void lock(SlotKey slot) {
        lockOf(slot).lock();
    }

    private boolean tryLock(SlotKey slot) {
        KeyLock lock = lockOf(slot);
        boolean locked = lock.tryLock();
        if (!locked) {
            forget(slot);
        }
        return locked;
    }

    private void unlock(SlotKey slot) {
        locks.computeIfPresent(slot, (s, lock) -> {
            lock.unlock();
            return lock;
        });
        forget(slot);
    }

    /** Returns the lock of a key. The caller ends its use with {@link #forget}. */
    private KeyLock lockOf(SlotKey slot) {
        return locks.compute(slot, (s, existing) -> {
            KeyLock used = existing == null ? new KeyLock() : existing;
            used.users++;
            return used;
        });
    }

    private void forget(SlotKey slot) {
        locks.computeIfPresent(slot, (s, lock) -> --lock.users == 0 ? null : lock);
    }

    /** A lock with the number of threads that hold it or wait for it. The number changes only while the map computes the entry. */
    private static final class KeyLock extends ReentrantLock {
        private static final long serialVersionUID = 1L;

        private int users;
    }
}
