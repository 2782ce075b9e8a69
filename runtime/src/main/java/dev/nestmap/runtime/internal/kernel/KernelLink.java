/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel;

import dev.nestmap.runtime.program.Link;
import org.jspecify.annotations.Nullable;

/** The attachment of a program, which ends when the link or the program's object is closed. */
final class KernelLink implements Link {
    private final KernelObject object;
    private @Nullable KernelAttachment attachment;

    /** The link of a program of this object. */
    KernelLink(KernelObject object, KernelAttachment attachment) {
        this.object = object;
        this.attachment = attachment;
    }

    @Override
    public void close() {
        object.detach(this);
    }

    /** Detaches the program, once. Only the object calls this, while it is locked against being closed. */
    synchronized void destroy() {
        KernelAttachment ending = attachment;
        attachment = null;
        if (ending != null) {
            ending.end();
        }
    }
}
