/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.open;

import dev.nestmap.runtime.internal.log.WarningLog;
import java.lang.ref.Cleaner;
import org.jspecify.annotations.Nullable;

/**
 * Watches a handle: frees and reports its resources if the handle becomes garbage before it is closed. Must not refer to the
 * handle, because that would keep the handle from becoming garbage.
 */
public abstract class HandleLeakWatch implements Runnable {
    /** System property: if {@code true}, a report contains the stack trace of the handle's creation. Recording it makes handles slower. */
    static final String DETECTION = "nestmap.leakDetection";

    private static final Cleaner CLEANER = Cleaner.create();

    private final String watched;
    private @Nullable Throwable origin;
    private Cleaner.@Nullable Cleanable cleanable;
    private volatile boolean stopped;

    /** @param watched names what is watched: further reports about it within a minute are not logged */
    protected HandleLeakWatch(String watched) {
        this.watched = watched;
    }

    /** Frees the resources. */
    public abstract void free();

    /** Says what {@link #free} did, and how to avoid it; null if there is nothing to report. */
    protected abstract @Nullable String report();

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
            free();
            String report = report();
            if (report != null && origin == null) {
                String hint = "; -D" + DETECTION + "=true reports where the handle was created";
                WarningLog.RUNTIME.warn(watched + " that became garbage", report + hint);
            } else if (report != null) { // each report has a stack trace of its own
                WarningLog.RUNTIME.log(System.Logger.Level.WARNING, report, origin);
            }
        }
    }
}
