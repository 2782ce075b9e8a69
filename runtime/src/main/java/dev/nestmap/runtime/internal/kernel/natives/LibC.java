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

    private final NativeFunction close = savingErrno("close");
    private final NativeFunction read = savingErrno("read");
    private final NativeFunction write = savingErrno("write");
    private final NativeFunction poll = savingErrno("poll");
    private final NativeFunction munmap = savingErrno("munmap");
    private final NativeFunction unlinkat = savingErrno("unlinkat");

    LibC(NativeLibrary library) {
        super(library);
    }

    public int open(String pathname, int flags) {
        return (int) NativeText.with(pathname, text -> savingErrno("open").call(text, flags));
    }

    /** Variadic in C, as {@link #fcntl}. The fourth argument matters only for new files. */
    public int openat(int dirfd, String pathname, int flags) {
        return (int) NativeText.with(pathname, text -> savingErrno("openat").call(dirfd, text, flags));
    }

    public int statx(int dirfd, String pathname, int flags, int mask, long statxbuf) {
        return (int) NativeText.with(pathname, text -> savingErrno("statx").call(dirfd, text, flags, mask, statxbuf));
    }

    public int utimensat(int dirfd, String pathname, long times, int flags) {
        return (int) NativeText.with(pathname, text -> savingErrno("utimensat").call(dirfd, text, times, flags));
    }

    public int mkdirat(int dirfd, String pathname, int mode) {
        return (int) NativeText.with(pathname, text -> savingErrno("mkdirat").call(dirfd, text, mode));
    }

    public int unlinkat(int dirfd, String pathname, int flags) {
        return (int) NativeText.with(pathname, text -> unlinkat.call(dirfd, text, flags));
    }

    public int renameat(int olddirfd, String oldpath, int newdirfd, String newpath) {
        return (int) NativeText.with(
                oldpath,
                from -> NativeText.with(newpath, to -> savingErrno("renameat").call(olddirfd, from, newdirfd, to)));
    }

    public int linkat(int olddirfd, String oldpath, int newdirfd, String newpath, int flags) {
        return (int) NativeText.with(
                oldpath,
                from -> NativeText.with(
                        newpath, to -> savingErrno("linkat").call(olddirfd, from, newdirfd, to, flags)));
    }

    public int symlinkat(String target, int newdirfd, String linkpath) {
        return (int) NativeText.with(
                target,
                from -> NativeText.with(linkpath, to -> savingErrno("symlinkat").call(from, newdirfd, to)));
    }

    public int chmod(String pathname, int mode) {
        return (int) NativeText.with(pathname, text -> savingErrno("chmod").call(text, mode));
    }

    public int chown(String pathname, int owner, int group) {
        return (int) NativeText.with(pathname, text -> savingErrno("chown").call(text, owner, group));
    }

    public long readlink(String pathname, long buf, long bufsiz) {
        return NativeText.with(pathname, text -> savingErrno("readlink").call(text, buf, bufsiz));
    }

    public int geteuid() {
        return (int) function("geteuid").call();
    }

    public int getegid() {
        return (int) function("getegid").call();
    }

    public int flock(int fd, int operation) {
        return (int) savingErrno("flock").call(fd, operation);
    }

    public int fstatfs(int fd, long buf) {
        return (int) savingErrno("fstatfs").call(fd, buf);
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
        return (int) savingErrno("eventfd").call(initval, flags);
    }

    /** Variadic in C. With one integer the calling convention is the same on the machines that Nestmap supports. */
    public int fcntl(int fd, int op, long arg) {
        return (int) savingErrno("fcntl").call(fd, op, arg);
    }

    public int getpagesize() {
        return (int) function("getpagesize").call();
    }

    public long mmap(long addr, long length, int prot, int flags, int fd, long offset) {
        return savingErrno("mmap").call(addr, length, prot, flags, fd, offset);
    }

    /** Variadic in C, as {@link #fcntl}. */
    public long syscall(long number, long attr, long pid, long cpu, long group, long flags) {
        return savingErrno("syscall").call(number, attr, pid, cpu, group, flags);
    }

    /** Variadic in C, like the other one. */
    public long syscall(long number, int cmd, long attr, int size) {
        return savingErrno("syscall").call(number, cmd, attr, size);
    }

    public int munmap(long addr, long length) {
        return (int) munmap.call(addr, length);
    }

    public int poll(long fds, long nfds, int timeout) {
        return (int) poll.call(fds, nfds, timeout);
    }

    public int setsockopt(int sockfd, int level, int optname, long optval, int optlen) {
        return (int) savingErrno("setsockopt").call(sockfd, level, optname, optval, optlen);
    }

    public int getsockopt(int sockfd, int level, int optname, long optval, long optlen) {
        return (int) savingErrno("getsockopt").call(sockfd, level, optname, optval, optlen);
    }

    public int if_nametoindex(String ifname) {
        return (int)
                NativeText.with(ifname, text -> savingErrno("if_nametoindex").call(text));
    }

    /** Allocates the string. A {@code va_list} parameter is a pointer in the ABIs of Linux. */
    public int vasprintf(long strp, long fmt, long ap) {
        return (int) savingErrno("vasprintf").call(strp, fmt, ap);
    }

    public void free(long ptr) {
        function("free").call(ptr);
    }

    public long strlen(long s) {
        return function("strlen").call(s);
    }
}
