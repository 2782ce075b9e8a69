/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import jnr.ffi.LibraryLoader;

/** File descriptors, which Java keeps to itself. */
public final class Descriptors {
    private static final C LIBC =
            LibraryLoader.create(C.class).failImmediately().load("c");

    /** {@code sys/socket.h}. */
    private static final int AF_UNIX = 1;

    private static final int SOCK_STREAM = 1;

    /** {@code linux/pidfd.h}: of a thread. */
    private static final int PIDFD_THREAD = 0x80;

    private Descriptors() {}

    /** The C library. */
    public interface C {
        int open(String pathname, int flags);

        int close(int fd);

        int socketpair(int domain, int type, int protocol, int[] sv);

        int socket(int domain, int type, int protocol);

        int gettid();

        int pidfd_open(int pid, int flags);
    }

    /** Opens a file or directory for reading. */
    public static int open(String path) {
        return checked(LIBC.open(path, 0), "open of " + path);
    }

    /** A socket. */
    public static int socket(int domain, int type) {
        return checked(LIBC.socket(domain, type, 0), "socket of domain " + domain);
    }

    /** The thread that asks, as a pidfd; negative where the kernel has none of threads. */
    public static int currentThread() {
        return LIBC.pidfd_open(LIBC.gettid(), PIDFD_THREAD);
    }

    /** Two sockets that are connected. */
    public static int[] socketPair() {
        int[] pair = new int[2];
        checked(LIBC.socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
        return pair;
    }

    /** Closes them. */
    public static void close(int... descriptors) {
        for (int descriptor : descriptors) {
            LIBC.close(descriptor);
        }
    }

    private static int checked(int result, String what) {
        if (result < 0) {
            throw new IllegalStateException(what + " failed");
        }
        return result;
    }
}
