/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A lock that a thread holds while an action runs. A virtual thread that waits for it does not block its carrier. */
public final class Mutex extends ReentrantLock {
    private static final long serialVersionUID = 1L;

    /**
     * If the end of the thread's stack ends this call, the thread has not taken the lock. That of the JDK may throw when it is taken, because {@code
     * ReservedStackAccess} protects only its own steps, and nobody would give it back.
     */
    @Override
    public void lock() {
        int before = getHoldCount(); // needs as much of the stack as the same call later
        try {
            super.lock();
        } catch (StackOverflowError e) {
            if (getHoldCount() > before) {
                unlock();
            }
            throw e;
        }
    }

    /** Runs an action while no other thread holds the lock, and returns its result. */
    public <T extends @Nullable Object> T holding(Supplier<T> action) {
        lock();
        try {
            return action.get();
        } finally {
            unlock();
        }
    }

    /** Runs an action while no other thread holds the lock. */
    public void holding(Runnable action) {
        lock();
        try {
            action.run();
        } finally {
            unlock();
        }
    }
}
