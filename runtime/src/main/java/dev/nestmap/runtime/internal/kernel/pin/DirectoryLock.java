/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.pin;

import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.kernel.natives.Native;
import dev.nestmap.runtime.internal.kernel.natives.SystemCalls;
import org.jspecify.annotations.Nullable;

/**
 * A lock of a directory of pins ({@code flock}). The kernel releases it when the process ends.
 *
 * @param fd file descriptor of the directory
 */
record DirectoryLock(int fd) implements Pins.Lock {
    /** {@code sys/file.h}. */
    private static final int LOCK_EX = 2;

    private static final int LOCK_NB = 4;

    /** Locks a directory; null if another descriptor holds the lock. */
    static @Nullable DirectoryLock tryAcquire(OpenPath directory, PinErrors errors) {
        int fd = SystemCalls.open(directory.link());
        if (fd < 0) {
            throw errors.lockFailed(Native.lastErrno());
        }
        if (Native.libc().flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return new DirectoryLock(fd);
        }
        int errno = Native.lastErrno();
        Native.libc().close(fd);
        if (errno == ErrnoNumbers.EAGAIN) {
            return null;
        }
        throw errors.lockFailed(errno);
    }

    @Override
    public void close() {
        Native.libc().close(fd);
    }
}
