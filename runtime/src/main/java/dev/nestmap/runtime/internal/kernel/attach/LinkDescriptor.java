/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.internal.kernel.natives.Native;

/**
 * A link of the kernel. It detaches its program when its last file descriptor is closed.
 *
 * @param fd file descriptor of the link
 */
record LinkDescriptor(int fd) implements KernelAttachment {
    @Override
    public void end() {
        Native.libc().close(fd);
    }
}
