/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that Nestmap calls, declared as in their headers. {@link LibBpf} explains the types, and why no function
 * has six primitive parameters. Unless stated otherwise, they return -1 on failure and set errno: see {@link NativeLibraries#lastErrno}.
 */
@SuppressWarnings("MemberName") // the names are C's
public interface LibC {
    /** {@code PROT_...} and {@code MAP_...} in {@code asm-generic/mman-common.h} and {@code linux/mman.h}, for {@link #mmap}. */
    int PROT_READ = 1;

    int PROT_WRITE = 2;
    int MAP_SHARED = 1;

    /** The address that {@link #mmap} returns if it fails. */
    long MAP_FAILED = -1;

    int open(String pathname, int flags);

    /** Variadic in C, as {@link #fcntl}. The fourth argument matters only for new files. */
    int openat(int dirfd, String pathname, int flags);

    int statx(int dirfd, String pathname, int flags, int mask, long statxbuf);

    int utimensat(int dirfd, String pathname, long times, int flags);

    int mkdirat(int dirfd, String pathname, int mode);

    int unlinkat(int dirfd, String pathname, int flags);

    int renameat(int olddirfd, String oldpath, int newdirfd, String newpath);

    int chmod(String pathname, int mode);

    int chown(String pathname, int owner, int group);

    long readlink(String pathname, long buf, long bufsiz);

    int geteuid();

    int getegid();

    int flock(int fd, int operation);

    int fstatfs(int fd, long buf);

    int close(int fd);

    long read(int fd, long buf, long count);

    long write(int fd, long buf, long count);

    int eventfd(int initval, int flags);

    /** Variadic in C. With one integer the calling convention is the same on the machines that Nestmap supports. */
    int fcntl(int fd, int op, long arg);

    int getpagesize();

    /** The first parameter is an object, so that JNR passes the sixth argument correctly. */
    Pointer mmap(@Nullable Pointer addr, long length, int prot, int flags, int fd, long offset);

    /** One parameter is an object, so that JNR passes the sixth argument correctly. */
    long syscall(long number, Pointer attr, long pid, long cpu, long group, long flags);

    /** Variadic in C, like the other one. */
    long syscall(long number, int cmd, long attr, int size);

    int munmap(long addr, long length);

    int poll(long fds, long nfds, int timeout);

    int setsockopt(int sockfd, int level, int optname, long optval, int optlen);

    int getsockopt(int sockfd, int level, int optname, long optval, long optlen);

    int if_nametoindex(String ifname);

    /** Allocates the string. A {@code va_list} parameter is a pointer in the ABIs of Linux. */
    int vasprintf(long strp, long fmt, long ap);

    void free(long ptr);
}
