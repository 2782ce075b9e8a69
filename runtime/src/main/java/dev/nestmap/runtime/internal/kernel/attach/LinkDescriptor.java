/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.attach;

import dev.nestmap.runtime.internal.kernel.natives.Native;

/**
 * A link of the kernel. It detaches its program when its last file descriptor is closed, unless it is pinned.
 *
 * @param fd file descriptor of the link
 */
public record LinkDescriptor(int fd) implements KernelAttachment {
    @Override
    public void end() {
        Native.libc().close(fd);
    }

    @Override
    public int link() {
        return fd;
    }
}
