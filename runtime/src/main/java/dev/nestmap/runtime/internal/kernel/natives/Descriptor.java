/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file descriptor with one owner, mostly a try-with-resources statement. It is closed at most once: between two closes, another thread
 * could open a file that gets the same number, and the second one would close that file. Nothing else in Nestmap closes descriptors.
 */
public final class Descriptor implements AutoCloseable {
    private final int fd;
    private final AtomicBoolean owned;

    /**
     * Owns a descriptor.
     *
     * @param fd the descriptor; a negative number, which is not closed, if there is none
     */
    public Descriptor(int fd) {
        this.fd = fd;
        this.owned = new AtomicBoolean(fd >= 0);
    }

    /** The number of the descriptor; negative if there is none. */
    public int fd() {
        return fd;
    }

    /** Gives the descriptor to another owner. This one does not close it any more. */
    public Descriptor moved() {
        Descriptor next = new Descriptor(fd);
        owned.set(false);
        return next;
    }

    /** Closes the descriptor, unless it was closed or moved before. */
    @Override
    public void close() {
        if (owned.compareAndSet(true, false)) {
            NativeLibraries.libc().close(fd);
        }
    }
}
