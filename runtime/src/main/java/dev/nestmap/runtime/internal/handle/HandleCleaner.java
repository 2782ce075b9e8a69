/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Closes and reports the map of a handle that became garbage without having been closed or handed over. It refers to parts of the handle
 * and not to the handle, which would never become garbage otherwise.
 */
final class HandleCleaner implements Runnable {
    /** System property: if {@code true}, a report contains the stack trace of the handle's creation. Recording it makes handles slower. */
    static final String DETECTION = "nestmap.leakDetection";

    /** The logger of the reports. */
    static final String LOGGER = "dev.nestmap.runtime";

    private static final Cleaner CLEANER = Cleaner.create();

    private final String map;
    private final RawMap raw;
    private final Lease lease;
    private final @Nullable Throwable origin;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile Runnable onLeak = () -> {};
    private Cleaner.@Nullable Cleanable cleanable;

    private HandleCleaner(String map, RawMap raw, Lease lease) {
        this.map = map;
        this.raw = raw;
        this.lease = lease;
        this.origin = Boolean.getBoolean(DETECTION) ? new Throwable("the handle was created here") : null;
    }

    /** Watches a handle until {@link #stopWatching} is called. */
    static HandleCleaner watch(RevocableHandle handle) {
        HandleCleaner cleaner = new HandleCleaner(handle.shape.name(), handle.raw, handle.lease);
        cleaner.cleanable = CLEANER.register(handle, cleaner);
        return cleaner;
    }

    /** Sets an action that frees more resources. It must not refer to the handle. */
    void onLeak(Runnable freeing) {
        onLeak = freeing;
    }

    /** Stops watching, because the handle no longer owns the map. */
    void stopWatching() {
        stopped.set(true);
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    @Override
    public void run() {
        if (stopped.getAndSet(true)) {
            return;
        }
        // The handle can become garbage while its last call is still under way.
        lease.revoke();
        int id = raw.id();
        raw.close();
        onLeak.run();
        System.getLogger(LOGGER).log(System.Logger.Level.WARNING, () -> report(id), origin);
    }

    private String report(int id) {
        return "map " + map + " (id " + id + ") was closed because its handle became garbage: close owned handles with"
                + " try-with-resources, or hand them over with put"
                + (origin == null ? "; -D" + DETECTION + "=true reports where the handle was created" : "");
    }
}
