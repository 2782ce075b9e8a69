/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.errno;

import dev.nestmap.runtime.error.Errno;
import java.io.IOException;

/** Numbers of {@link Errno} as plain integers, to compare with the negative results of system calls on the fast path. */
public final class ErrnoNumbers {
    public static final int EPERM = Errno.EPERM.number();
    public static final int ENOENT = Errno.ENOENT.number();
    public static final int EINTR = Errno.EINTR.number();
    public static final int E2BIG = Errno.E2BIG.number();
    public static final int EBADF = Errno.EBADF.number();
    public static final int EAGAIN = Errno.EAGAIN.number();
    public static final int ENOMEM = Errno.ENOMEM.number();
    public static final int EACCES = Errno.EACCES.number();
    public static final int EBUSY = Errno.EBUSY.number();
    public static final int EEXIST = Errno.EEXIST.number();
    public static final int ENODEV = Errno.ENODEV.number();
    public static final int ENOTDIR = Errno.ENOTDIR.number();
    public static final int EISDIR = Errno.EISDIR.number();
    public static final int ERANGE = Errno.ERANGE.number();
    public static final int EINVAL = Errno.EINVAL.number();
    public static final int ENFILE = Errno.ENFILE.number();
    public static final int EMFILE = Errno.EMFILE.number();
    public static final int ENOSPC = Errno.ENOSPC.number();
    public static final int EROFS = Errno.EROFS.number();
    public static final int ENAMETOOLONG = Errno.ENAMETOOLONG.number();
    public static final int ENOSYS = Errno.ENOSYS.number();
    public static final int ENOTEMPTY = Errno.ENOTEMPTY.number();
    public static final int ELOOP = Errno.ELOOP.number();
    public static final int EOPNOTSUPP = Errno.EOPNOTSUPP.number();
    public static final int ENOTSUPP = Errno.ENOTSUPP.number();

    private ErrnoNumbers() {}

    /**
     * The errno behind a Java exception, if the process or the system has too many files open; 0 for any other exception. The exception
     * holds the errno only as the C library's text, so the answer is also 0 if that text is not English.
     */
    public static int of(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.endsWith("Too many open files in system")) {
            return ENFILE;
        }
        return message.endsWith("Too many open files") ? EMFILE : 0;
    }
}
