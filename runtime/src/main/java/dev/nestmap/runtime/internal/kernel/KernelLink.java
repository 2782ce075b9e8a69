/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.program.Link;
import org.jspecify.annotations.Nullable;

/** What keeps a program of an object attached, until it or the object is closed. */
final class KernelLink implements Link {
    private final KernelObject object;
    private @Nullable Runnable detach;

    /**
     * Of a program of this object.
     *
     * @param detach ends it, and frees what it took; said once
     */
    KernelLink(KernelObject object, Runnable detach) {
        this.object = object;
        this.detach = detach;
    }

    @Override
    public void close() {
        object.detach(this);
    }

    /** Detaches, the first time. Said by the object alone, which keeps it from going meanwhile. */
    synchronized void destroy() {
        Runnable detaching = detach;
        detach = null;
        if (detaching != null) {
            detaching.run();
        }
    }
}
