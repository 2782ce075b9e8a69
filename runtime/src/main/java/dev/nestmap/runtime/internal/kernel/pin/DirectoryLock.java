/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import org.jspecify.annotations.Nullable;

/**
 * A lock of a directory of pins ({@code flock}). The kernel releases it when the process ends.
 *
 * @param descriptor descriptor of the directory
 * @param place where the directory is
 * @param errors explains failures
 */
record DirectoryLock(Descriptor descriptor, PathDescriptor.Place place, PinErrors errors) implements Pins.Lock {
    /** {@code sys/file.h}. */
    private static final int LOCK_EX = 2;

    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    /** Locks a directory; null if another descriptor holds the lock. */
    static @Nullable DirectoryLock tryAcquire(PathDescriptor directory, PinErrors errors) {
        int fd = SystemCallWrappers.open(directory.link());
        if (fd < 0) {
            throw errors.lockFailed(NativeLibraries.lastErrno());
        }
        try (Descriptor opened = new Descriptor(fd)) {
            if (NativeLibraries.libc().flock(fd, LOCK_EX | LOCK_NB) == 0) {
                return new DirectoryLock(opened.moved(), directory.status().place(), errors);
            }
            int errno = NativeLibraries.lastErrno();
            if (errno == ErrnoNumbers.EAGAIN) {
                return null;
            }
            throw errors.lockFailed(errno);
        }
    }

    @Override
    public boolean isCurrent() {
        try {
            return place.equals(PathDescriptor.place(errors.path()));
        } catch (PathException e) {
            throw errors.failed(e);
        }
    }

    /**
     * Called once. Closing the descriptor would not suffice: a process that another thread is just starting has a copy of it until it runs its command,
     * and the lock would last as long.
     */
    @Override
    public void close() {
        NativeLibraries.libc().flock(descriptor.fd(), LOCK_UN); // if this fails, the last close unlocks
        descriptor.close();
    }
}
