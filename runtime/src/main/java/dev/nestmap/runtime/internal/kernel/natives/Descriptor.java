/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

/**
 * A file descriptor that a try-with-resources statement closes.
 *
 * @param fd the descriptor; a negative number, which is not closed, if there is none
 */
public record Descriptor(int fd) implements AutoCloseable {
    @Override
    public void close() {
        if (fd >= 0) {
            NativeLibraries.libc().close(fd);
        }
    }
}
