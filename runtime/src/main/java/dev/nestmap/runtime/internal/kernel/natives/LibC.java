/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;

/**
 * The functions of the C library that Nestmap calls, declared as in their headers. {@link LibBpf} explains the types. Unless stated
 * otherwise, they return -1 on failure and set errno: see {@link NativeLibraries#lastErrno}.
 */
@SuppressWarnings("MemberName") // the names are C's
public final class LibC extends NativeFunctions {
    /** {@code PROT_...} and {@code MAP_...} in {@code asm-generic/mman-common.h} and {@code linux/mman.h}, for {@link #mmap}. */
    public static final int PROT_READ = 1;

    public static final int PROT_WRITE = 2;
    public static final int MAP_SHARED = 1;

    /** The address that {@link #mmap} returns if it fails. */
    public static final long MAP_FAILED = -1;

    private final NativeFunction open = savingErrno("open");
    private final NativeFunction openat = savingErrno("openat");
    private final NativeFunction statx = savingErrno("statx");
    private final NativeFunction utimensat = savingErrno("utimensat");
    private final NativeFunction mkdirat = savingErrno("mkdirat");
    private final NativeFunction unlinkat = savingErrno("unlinkat");
    private final NativeFunction renameat = savingErrno("renameat");
    private final NativeFunction linkat = savingErrno("linkat");
    private final NativeFunction symlinkat = savingErrno("symlinkat");
    private final NativeFunction chmod = savingErrno("chmod");
    private final NativeFunction chown = savingErrno("chown");
    private final NativeFunction readlink = savingErrno("readlink");
    private final NativeFunction geteuid = function("geteuid");
    private final NativeFunction getegid = function("getegid");
    private final NativeFunction flock = savingErrno("flock");
    private final NativeFunction fstatfs = savingErrno("fstatfs");
    private final NativeFunction close = savingErrno("close");
    private final NativeFunction read = savingErrno("read");
    private final NativeFunction write = savingErrno("write");
    private final NativeFunction eventfd = savingErrno("eventfd");
    private final NativeFunction fcntl = savingErrno("fcntl");
    private final NativeFunction getpagesize = function("getpagesize");
    private final NativeFunction mmap = savingErrno("mmap");
    private final NativeFunction syscall = savingErrno("syscall");
    private final NativeFunction munmap = savingErrno("munmap");
    private final NativeFunction poll = savingErrno("poll");
    private final NativeFunction setsockopt = savingErrno("setsockopt");
    private final NativeFunction getsockopt = savingErrno("getsockopt");
    private final NativeFunction ifNametoindex = savingErrno("if_nametoindex");
    private final NativeFunction vasprintf = savingErrno("vasprintf");
    private final NativeFunction free = function("free");
    private final NativeFunction strlen = function("strlen");

    LibC(NativeLibrary library) {
        super(library);
    }

    public int open(String pathname, int flags) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) open.call(pathnameBytes.address(), flags);
        }
    }

    /** Variadic in C, as {@link #fcntl}. The fourth argument matters only for new files. */
    public int openat(int dirfd, String pathname, int flags) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) openat.call(dirfd, pathnameBytes.address(), flags);
        }
    }

    public int statx(int dirfd, String pathname, int flags, int mask, long statxbuf) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) statx.call(dirfd, pathnameBytes.address(), flags, mask, statxbuf);
        }
    }

    public int utimensat(int dirfd, String pathname, long times, int flags) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) utimensat.call(dirfd, pathnameBytes.address(), times, flags);
        }
    }

    public int mkdirat(int dirfd, String pathname, int mode) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) mkdirat.call(dirfd, pathnameBytes.address(), mode);
        }
    }

    public int unlinkat(int dirfd, String pathname, int flags) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) unlinkat.call(dirfd, pathnameBytes.address(), flags);
        }
    }

    public int renameat(int olddirfd, String oldpath, int newdirfd, String newpath) {
        try (NativeText oldpathBytes = NativeText.of(oldpath);
                NativeText newpathBytes = NativeText.of(newpath)) {
            return (int) renameat.call(olddirfd, oldpathBytes.address(), newdirfd, newpathBytes.address());
        }
    }

    public int linkat(int olddirfd, String oldpath, int newdirfd, String newpath, int flags) {
        try (NativeText oldpathBytes = NativeText.of(oldpath);
                NativeText newpathBytes = NativeText.of(newpath)) {
            return (int) linkat.call(olddirfd, oldpathBytes.address(), newdirfd, newpathBytes.address(), flags);
        }
    }

    public int symlinkat(String target, int newdirfd, String linkpath) {
        try (NativeText targetBytes = NativeText.of(target);
                NativeText linkpathBytes = NativeText.of(linkpath)) {
            return (int) symlinkat.call(targetBytes.address(), newdirfd, linkpathBytes.address());
        }
    }

    public int chmod(String pathname, int mode) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) chmod.call(pathnameBytes.address(), mode);
        }
    }

    public int chown(String pathname, int owner, int group) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) chown.call(pathnameBytes.address(), owner, group);
        }
    }

    public long readlink(String pathname, long buf, long bufsiz) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return readlink.call(pathnameBytes.address(), buf, bufsiz);
        }
    }

    public int geteuid() {
        return (int) geteuid.call();
    }

    public int getegid() {
        return (int) getegid.call();
    }

    public int flock(int fd, int operation) {
        return (int) flock.call(fd, operation);
    }

    public int fstatfs(int fd, long buf) {
        return (int) fstatfs.call(fd, buf);
    }

    public int close(int fd) {
        return (int) close.call(fd);
    }

    public long read(int fd, long buf, long count) {
        return read.call(fd, buf, count);
    }

    public long write(int fd, long buf, long count) {
        return write.call(fd, buf, count);
    }

    public int eventfd(int initval, int flags) {
        return (int) eventfd.call(initval, flags);
    }

    /** Variadic in C. With one integer the calling convention is the same on the machines that Nestmap supports. */
    public int fcntl(int fd, int op, long arg) {
        return (int) fcntl.call(fd, op, arg);
    }

    public int getpagesize() {
        return (int) getpagesize.call();
    }

    public long mmap(long addr, long length, int prot, int flags, int fd, long offset) {
        return mmap.call(addr, length, prot, flags, fd, offset);
    }

    /** Variadic in C, as {@link #fcntl}. */
    public long syscall(long number, long attr, long pid, long cpu, long group, long flags) {
        return syscall.call(number, attr, pid, cpu, group, flags);
    }

    /** Variadic in C, like the other one. */
    public long syscall(long number, int cmd, long attr, int size) {
        return syscall.call(number, cmd, attr, size);
    }

    public int munmap(long addr, long length) {
        return (int) munmap.call(addr, length);
    }

    public int poll(long fds, long nfds, int timeout) {
        return (int) poll.call(fds, nfds, timeout);
    }

    public int setsockopt(int sockfd, int level, int optname, long optval, int optlen) {
        return (int) setsockopt.call(sockfd, level, optname, optval, optlen);
    }

    public int getsockopt(int sockfd, int level, int optname, long optval, long optlen) {
        return (int) getsockopt.call(sockfd, level, optname, optval, optlen);
    }

    public int if_nametoindex(String ifname) {
        try (NativeText ifnameBytes = NativeText.of(ifname)) {
            return (int) ifNametoindex.call(ifnameBytes.address());
        }
    }

    /** Allocates the string. A {@code va_list} parameter is a pointer in the ABIs of Linux. */
    public int vasprintf(long strp, long fmt, long ap) {
        return (int) vasprintf.call(strp, fmt, ap);
    }

    public void free(long ptr) {
        free.call(ptr);
    }

    public long strlen(long s) {
        return strlen.call(s);
    }
}
