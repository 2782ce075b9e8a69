/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.log.WarningLog;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a {@code VirtualMachineError} has ended an operation of an object: its heap or its stack was full. Nobody knows which steps of the
 * operation have run, so the object has failed for good, and is left as a killed process leaves it. The {@link CallGate} of each of its
 * maps rejects later calls, and threads that wait for another operation give up. All handles of an object share its failure. Only
 * this class and {@link OpenMap} know about such errors.
 */
public final class ObjectFailure {
    private static final String ADVICE =
            ", and it is not known how far the operation came. So the object has failed, and rejects all calls. Restart the service. If its"
                    + " maps are pinned, the next process finds all counts. -XX:+ExitOnOutOfMemoryError ends a process whose heap is full:"
                    + " https://nestmap.dev/production/deploy#a-full-heap";

    private volatile @Nullable Throwable error;

    /** Runs an operation. If such an error ends it, the object has failed. */
    public <T extends @Nullable Object> T during(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (Throwable e) {
            note(e);
            throw e;
        }
    }

    /** Does the same for a step, or for all work of a thread. */
    public void during(Runnable work) {
        during(() -> {
            work.run();
            return true;
        });
    }

    /** Notes what has ended an operation, or a step of one. The object has failed if that is such an error, or was caused by one. */
    public void note(Throwable thrown) {
        Throwable cause = thrown;
        while (cause != null && !(cause instanceof VirtualMachineError)) {
            cause = cause.getCause();
        }
        if (cause != null && error == null) {
            error = cause;
        }
    }

    /** Whether the object has failed. */
    public boolean hasFailed() {
        return error != null;
    }

    /**
     * Returns the exception for a call of the failed object; null if it has not failed. Also logs it, once a minute: there may have been no memory
     * for a log when the object failed.
     */
    @Nullable
    InvalidHandleException exception(String map) {
        Throwable cause = error;
        if (cause == null) {
            return null;
        }
        String explanation = cause + " has ended an operation of an object" + ADVICE;
        WarningLog.RUNTIME.warn("a failed object", explanation, cause);
        return new InvalidHandleException(map, explanation, cause);
    }
}
