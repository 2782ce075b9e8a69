/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.cleanup.UninterruptibleWait;
import dev.nestmap.runtime.internal.open.OpenMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The kernel's answer to the change of a slot. A {@link SlotChangeBatcher} gives it on its thread, and the thread that created it waits. */
final class KernelAnswer {
    private final Thread caller = Thread.currentThread();
    private final AtomicBoolean answered = new AtomicBoolean();
    private int result;
    private @Nullable Throwable error;

    /** Written after the result and the error, so that {@link #await} sees them. */
    private volatile boolean answerVisible;

    /** Whether the caller waits for this answer. The caller sets it before it reads {@link #answerVisible}, so it misses no answer. */
    private volatile boolean isAwaited;

    /** Sets the result of a change that is not sent to the kernel. Nobody waits for it. */
    void reject(int errno) {
        result = errno;
    }

    /** Sets the kernel's result, 0 or a negative errno. Does nothing if the result or an error is already set. */
    void complete(int errno) {
        answer(errno, null);
    }

    /** Records why the system call could not be made. Does nothing if the result or an error is already set. */
    void fail(Throwable cause) {
        answer(-1, cause);
    }

    private void answer(int errno, @Nullable Throwable cause) {
        if (answered.compareAndSet(false, true)) {
            result = errno;
            error = cause;
            answerVisible = true;
            if (isAwaited) { // otherwise the caller would wake up for each of its changes, and wait for the next one
                LockSupport.unpark(caller);
            }
        }
    }

    /** Whether the result or an error is set. */
    boolean isAnswered() {
        return answerVisible;
    }

    /**
     * Waits for the result. An interrupt does not end the wait, because the kernel can't cancel the call and the caller must
     * know its result. The thread's interrupt status is restored afterwards.
     *
     * @throws InvalidHandleException if the object has failed, and there may never be a result
     */
    void await(OpenMap outer) {
        isAwaited = true;
        UninterruptibleWait.until(() -> isAnswered() || outer.failure().hasFailed());
        if (!isAnswered()) {
            throw outer.invalid();
        }
    }

    /** The result: 0 or a negative errno; -1 if the system call could not be made. */
    int result() {
        return result;
    }

    /** Why the system call could not be made; null if it was made. */
    @Nullable
    Throwable error() {
        return error;
    }
}
