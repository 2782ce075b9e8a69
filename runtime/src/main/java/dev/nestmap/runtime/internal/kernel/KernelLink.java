/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.program.Link;
import org.jspecify.annotations.Nullable;

/** The attachment of a program, which ends when the link or the program's object is closed. */
final class KernelLink implements Link {
    private final KernelObject object;
    private @Nullable Runnable detach;

    /**
     * The link of a program of this object.
     *
     * @param detach detaches the program and frees the attachment's resources; called once
     */
    KernelLink(KernelObject object, Runnable detach) {
        this.object = object;
        this.detach = detach;
    }

    @Override
    public void close() {
        object.detach(this);
    }

    /** Detaches the program, once. Only the object calls this, while it is locked against being closed. */
    synchronized void destroy() {
        Runnable detaching = detach;
        detach = null;
        if (detaching != null) {
            detaching.run();
        }
    }
}
