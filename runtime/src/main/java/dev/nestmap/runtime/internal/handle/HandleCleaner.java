/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import dev.nestmap.runtime.internal.map.RawMap;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Frees and reports a map that its owner forgot: whose handle is garbage and was neither closed nor given away. It knows the
 * handle's parts and not the handle, which would never be garbage otherwise.
 */
final class HandleCleaner implements Runnable {
    /** System property: {@code true} has reports say where the handle was made, which takes a stack trace for each. */
    static final String DETECTION = "nestmap.leakDetection";

    /** Who reports. */
    static final String LOGGER = "dev.nestmap.runtime";

    private static final Cleaner CLEANER = Cleaner.create();

    private final String map;
    private final RawMap raw;
    private final Lease lease;
    private final @Nullable Throwable origin;
    private final AtomicBoolean settled = new AtomicBoolean();
    private volatile Runnable also = () -> {};
    private Cleaner.@Nullable Cleanable cleanable;

    private HandleCleaner(String map, RawMap raw, Lease lease) {
        this.map = map;
        this.raw = raw;
        this.lease = lease;
        this.origin = Boolean.getBoolean(DETECTION) ? new Throwable("the handle was made here") : null;
    }

    /** Watches over the handle to a map until {@link #settled}. */
    static HandleCleaner watch(RevocableHandle handle) {
        HandleCleaner cleaner = new HandleCleaner(handle.shape.name(), handle.raw, handle.lease);
        cleaner.cleanable = CLEANER.register(handle, cleaner);
        return cleaner;
    }

    /** Says what is to be freed besides; it must not hold the handle. */
    void also(Runnable freeing) {
        also = freeing;
    }

    /** Says that the map is not the handle's any more. */
    void settled() {
        settled.set(true);
        if (cleanable != null) {
            cleanable.clean();
        }
    }

    @Override
    public void run() {
        if (settled.getAndSet(true)) {
            return;
        }
        // The last call through the handle may still be under way when the handle itself is needed no more.
        lease.revoke();
        int id = raw.id();
        raw.close();
        also.run();
        System.getLogger(LOGGER).log(System.Logger.Level.WARNING, () -> report(id), origin);
    }

    private String report(int id) {
        return "map " + map + " (id " + id + ") was never closed and is closed now, as its handle is garbage: use owned"
                + " handles in try-with-resources, or give them away by put"
                + (origin == null ? "; -D" + DETECTION + "=true says where they are made" : "");
    }
}
