/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Keeps a program attached. A link belongs to the program's object: closing the object closes the link. Any thread may call its methods.
 *
 * <p>Most attachments are links of the kernel: {@link KernelLink}s. Exceptions are attachments to sockets and maps of sockets, {@code tc}
 * filters, USDT, structs of {@code SEC(".struct_ops")}, and perf events on several CPUs.
 */
public interface Link extends AutoCloseable {
    /**
     * Closes the link. This detaches the program, unless the link is a {@link KernelLink} that is pinned or that another process has open.
     * Does nothing if the link is closed.
     */
    @Override
    void close();
}
