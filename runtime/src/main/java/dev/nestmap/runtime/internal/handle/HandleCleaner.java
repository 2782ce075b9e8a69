/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.log.WarningLog;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Frees and reports the resources of a handle that became garbage without having been closed or handed over. It refers to the resources
 * and not to the handle, which would never become garbage otherwise.
 */
public final class HandleCleaner implements Runnable {
    /** System property: if {@code true}, a report contains the stack trace of the handle's creation. Recording it makes handles slower. */
    static final String DETECTION = "nestmap.leakDetection";

    /** The logger of the reports. */
    static final String LOGGER = "dev.nestmap.runtime";

    private static final Cleaner CLEANER = Cleaner.create();

    private final Leak leak;
    private final @Nullable Throwable origin;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private Cleaner.@Nullable Cleanable cleanable;

    /** The resources of a handle, without a reference to the handle. */
    public interface Leak {
        /** Frees the resources. Returns what happened and how to avoid it; null if there is nothing to report. */
        @Nullable
        String free();

        /** Names what is watched, for a line that counts several reports. */
        String subject();
    }

    private HandleCleaner(Leak leak) {
        this.leak = leak;
        this.origin = Boolean.getBoolean(DETECTION) ? new Throwable("the handle was created here") : null;
    }

    /** Watches a handle until {@link #stopWatching} is called. */
    public static HandleCleaner watch(Object handle, Leak leak) {
        HandleCleaner cleaner = new HandleCleaner(leak);
        cleaner.cleanable = CLEANER.register(handle, cleaner);
        return cleaner;
    }

    /** Stops watching, because the handle no longer owns the resources. */
    public void stopWatching() {
        stopped.set(true);
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    @Override
    public void run() {
        String report = stopped.getAndSet(true) ? null : leak.free();
        if (report != null) {
            if (origin == null) {
                String hint = "; -D" + DETECTION + "=true reports where the handle was created";
                WarningLog.RUNTIME.warn(leak.subject() + " that became garbage", report + hint, null);
            } else { // each report has a stack trace of its own
                System.getLogger(LOGGER).log(System.Logger.Level.WARNING, report, origin);
            }
        }
    }
}
