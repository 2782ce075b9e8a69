/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import dev.nestmap.runtime.internal.kernel.attach.KernelAttachment;
import dev.nestmap.runtime.program.Link;

/**
 * The attachment of a program, which ends when the link or the program's object is closed.
 *
 * @param object the program's object, which the link keeps reachable
 */
record KernelLink(KernelObject object, KernelAttachment attachment) implements Link {
    @Override
    public void close() {
        object.detach(attachment);
    }
}
