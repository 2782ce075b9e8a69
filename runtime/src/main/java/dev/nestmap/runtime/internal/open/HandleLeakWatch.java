/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.log.WarningLog;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Watches a handle: frees and reports its resources if the handle becomes garbage before it is closed or handed over. Must not refer to the
 * handle, because that would keep the handle from becoming garbage.
 */
public abstract class HandleLeakWatch implements Runnable {
    /** System property: if {@code true}, a report contains the stack trace of the handle's creation. Recording it makes handles slower. */
    static final String DETECTION = "nestmap.leakDetection";

    /** The logger of the reports. */
    static final String LOGGER = "dev.nestmap.runtime";

    private static final Cleaner CLEANER = Cleaner.create();

    /** The first of those that could not free their resources: a list that needs no memory. Guarded by the class. */
    private static volatile @Nullable HandleLeakWatch failed;

    private @Nullable HandleLeakWatch nextFailed;
    private @Nullable Throwable origin;
    private Cleaner.@Nullable Cleanable cleanable;
    private volatile boolean stopped;

    /** Frees the resources. If it throws, it is called again. Should allocate little: an object may be garbage because memory is short. */
    public abstract void free();

    /** Says what {@link #free} did, and how to avoid it; null if there is nothing to report. */
    protected abstract @Nullable String report();

    /** Names what is watched, for a line that counts several reports. */
    protected abstract String subject();

    /** Watches a handle until {@link #stopWatching} is called. */
    public final void watch(Object handle) {
        origin = Boolean.getBoolean(DETECTION) ? new Throwable("the handle was created here") : null;
        cleanable = CLEANER.register(handle, this);
    }

    /** Stops watching, because the handle no longer owns the resources. Does nothing if no handle is watched. */
    public final void stopWatching() {
        stopped = true;
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    /** Called once: by the cleaner, or by {@link #stopWatching}. */
    @Override
    public final void run() {
        if (!stopped) {
            retryFailed();
            tryFree();
        }
    }

    /** Tries again what the cleaner could not do, because there was no memory, for example. The cleaner itself tries only once. */
    public static void retryFailed() {
        if (failed == null) {
            return;
        }
        HandleLeakWatch next;
        synchronized (HandleLeakWatch.class) {
            next = failed;
            failed = null;
        }
        while (next != null) {
            HandleLeakWatch current = next;
            next = current.nextFailed;
            current.nextFailed = null;
            current.tryFree();
        }
    }

    /** Frees first and reports afterwards, because the report needs memory. Throws nothing: the caller may have others to free. */
    private void tryFree() {
        try {
            free();
        } catch (Throwable e) {
            synchronized (HandleLeakWatch.class) {
                nextFailed = failed;
                failed = this;
            }
            return;
        }
        try {
            log(report());
        } catch (Throwable e) {
            // For example, there is no memory.
        }
    }

    private void log(@Nullable String report) {
        if (report == null) {
            return;
        }
        if (origin == null) {
            String hint = "; -D" + DETECTION + "=true reports where the handle was created";
            WarningLog.RUNTIME.warn(subject() + " that became garbage", report + hint, null);
        } else { // each report has a stack trace of its own
            System.getLogger(LOGGER).log(System.Logger.Level.WARNING, report, origin);
        }
    }
}
