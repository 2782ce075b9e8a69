/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/**
 * Keeps a program attached. A link belongs to the program's object: closing the object closes the link. Any thread may call its methods.
 *
 * <p>Attachments that are links of the kernel are {@link KernelLink}s. Those to sockets and maps of sockets, filters of {@code tc}, USDT,
 * structs of {@code SEC(".struct_ops")}, and perf events on several CPUs are not.
 */
public interface Link extends AutoCloseable {
    /**
     * Closes the link. It detaches the program, unless a {@link KernelLink} is pinned or another process has it open. Does nothing if it is
     * closed.
     */
    @Override
    void close();
}
