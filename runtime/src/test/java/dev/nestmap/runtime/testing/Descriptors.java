/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/** Creates file descriptors that Java has no API for. */
public final class Descriptors {
    static final C LIBC = LibraryLoader.create(C.class).failImmediately().load("c");

    /** {@code sys/socket.h}. */
    private static final int AF_UNIX = 1;

    private static final int SOCK_STREAM = 1;

    /** {@code linux/pidfd.h}: a pidfd of a single thread. */
    private static final int PIDFD_THREAD = 0x80;

    private static final int SOCK_RAW = 3;

    /** {@code sys/socket.h} and {@code linux/if_xdp.h}. */
    private static final int AF_XDP = 44;

    private static final int SOL_XDP = 283;
    private static final int XDP_RX_RING = 2;
    private static final int XDP_UMEM_REG = 4;
    private static final int XDP_UMEM_FILL_RING = 5;
    private static final int XDP_UMEM_COMPLETION_RING = 6;
    private static final int PAGE = 4096;

    private Descriptors() {}

    /** The C library. */
    public interface C {
        int open(String pathname, int flags);

        int close(int fd);

        int dup(int oldfd);

        int socketpair(int domain, int type, int protocol, int[] sv);

        int socket(int domain, int type, int protocol);

        int bind(int sockfd, byte[] addr, int addrlen);

        int listen(int sockfd, int backlog);

        int connect(int sockfd, byte[] addr, int addrlen);

        int accept(int sockfd, long addr, long addrlen);

        int getsockname(int sockfd, byte[] addr, int[] addrlen);

        long send(int sockfd, byte[] buf, long len, int flags);

        long recv(int sockfd, byte[] buf, long len, int flags);

        int setsockopt(int sockfd, int level, int optname, byte[] optval, int optlen);

        long aligned_alloc(long alignment, long size);

        void free(long ptr);

        int gettid();

        int getppid();

        int getpgid(int pid);

        int pidfd_open(int pid, int flags);
    }

    /** Opens a file or directory for reading. */
    public static int open(String path) {
        return checked(LIBC.open(path, 0), "open of " + path);
    }

    /** A copy of a descriptor, as a child process has it between {@code fork} and {@code exec}. */
    public static int copy(int descriptor) {
        return checked(LIBC.dup(descriptor), "dup");
    }

    /** A socket. */
    public static int socket(int domain, int type) {
        return checked(LIBC.socket(domain, type, 0), "socket of domain " + domain);
    }

    /** The kernel's number of the thread that asks. */
    public static int threadId() {
        return LIBC.gettid();
    }

    /** The number of the parent process. The Java VM never asks for it by itself, so that tests can count these system calls. */
    public static int parentProcessId() {
        return LIBC.getppid();
    }

    /**
     * Asks for the process group of a thread. Hardly any process does this, and the kernel calls a security hook for it, so that tests can
     * count these calls at hooks of all kinds.
     */
    public static void askForProcessGroup(int thread) {
        checked(LIBC.getpgid(thread), "getpgid");
    }

    /** The thread that asks, as a pidfd; negative where the kernel has none of threads. */
    public static int currentThread() {
        return LIBC.pidfd_open(LIBC.gettid(), PIDFD_THREAD);
    }

    /** An AF_XDP socket with the memory and rings that it takes to be in a map, and bound to no device. */
    public static XdpSocket xdpSocket() {
        long memory = LIBC.aligned_alloc(PAGE, PAGE);
        int socket = socket(AF_XDP, SOCK_RAW);
        ByteBuffer region = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder()); // struct xdp_umem_reg
        region.putLong(memory).putLong(PAGE).putInt(PAGE);
        set(socket, SOL_XDP, XDP_UMEM_REG, region.array());
        for (int ring : new int[] {XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING}) {
            set(socket, SOL_XDP, ring, number(64));
        }
        return new XdpSocket(socket, memory);
    }

    /** A socket and its memory. */
    public record XdpSocket(int descriptor, long memory) implements AutoCloseable {
        @Override
        public void close() {
            LIBC.close(descriptor);
            LIBC.free(memory);
        }
    }

    static void set(int socket, int level, int option, byte[] value) {
        checked(LIBC.setsockopt(socket, level, option, value, value.length), "setsockopt " + level + "/" + option);
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(number)
                .array();
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

    static int checked(int result, String what) {
        if (result < 0) {
            throw new IllegalStateException(
                    what + ": errno " + Runtime.getRuntime(LIBC).getLastError());
        }
        return result;
    }
}
