/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;

/**
 * An attachment that is not a single link of the kernel, such as a tc filter.
 *
 * @param object the program's object, which the link keeps reachable
 * @param name the link, for messages
 */
record UnlinkedAttachment(KernelObject object, KernelAttachment attachment, String name) implements Link {
    @Override
    public void close() {
        object.detach(attachment);
    }

    @Override
    public String toString() {
        return name;
    }
}
