/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * A thread whose system calls a test sees before the kernel runs them, and can make fail. It uses seccomp's notifications ({@code
 * SECCOMP_RET_USER_NOTIF}, Linux 5.9), so Nestmap needs no hook for tests: calls of libbpf, of Java and of Nestmap are all seen. Threads
 * that the action starts are watched too.
 *
 * <p>The Java VM makes some system calls while a garbage collection waits for it. None of these is watched, because the thread that
 * answers would wait for the same collection. In a container whose CPU time is limited, the VM would read the files of its control group
 * then, so VMs with watched threads run with {@code -XX:-UseContainerSupport}.
 */
public final class WatchedThread implements AutoCloseable {
    private static final C LIBC =
            LibraryLoader.create(C.class).failImmediately().load("c");
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

    /** {@code __NR_seccomp} in {@code asm/unistd.h}. */
    private static final long SECCOMP = ARM ? 277 : 317;

    /** {@code linux/seccomp.h}. */
    private static final long SECCOMP_SET_MODE_FILTER = 1;

    private static final long NEW_LISTENER_AND_WAIT_KILLABLE_RECV = 8 | 32;
    private static final int SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
    private static final long IOCTL_NOTIF_RECV = 0xc0502100L;
    private static final long IOCTL_NOTIF_SEND = 0xc0182101L;
    private static final long IOCTL_NOTIF_SET_FLAGS = 0x40082104L;
    private static final int FLAG_CONTINUE = 1;

    /** {@code SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP}: a call and its answer run on one CPU, so that neither waits for an idle CPU to wake up. */
    private static final long SYNC_WAKE_UP = 1;

    /** Sizes and fields of {@code struct seccomp_notif} and {@code struct seccomp_notif_resp}. */
    private static final int NOTIFICATION_SIZE = 80;

    private static final int NUMBER_AT = 16;
    private static final int ARGUMENTS_AT = 32;
    private static final int RESPONSE_SIZE = 24;
    private static final int ERROR_AT = 16;
    private static final int FLAGS_AT = 20;

    private static final int POLLIN = 1;
    private static final int SIGKILL = 9;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(WatchedThread::daemon);
    private volatile Watcher watcher = call -> null;

    /** Starts the thread. */
    public WatchedThread() {
        int listener = call(WatchedThread::install);
        if (listener < 0) {
            throw new IllegalStateException(
                    "seccomp failed: " + Errno.of(Runtime.getRuntime(LIBC).getLastError()));
        }
        daemon(() -> answer(listener)).start();
    }

    /** The functions of the C library. */
    public interface C {
        long syscall(long number, long operation, long flags, long arguments);

        int ioctl(int fd, long request, long argument);

        int poll(long fds, long count, int timeout);

        int close(int fd);

        int getpid();

        int kill(int pid, int signal);
    }

    /** Sees each system call before it runs. */
    @FunctionalInterface
    public interface Watcher {
        /** Returns the error that the call gets instead of running; null to let it run. */
        @Nullable
        Errno before(SystemCall call);
    }

    /** Runs an action and returns when it has ended. Throws what the action throws. */
    public void run(Watcher watching, Runnable action) {
        try {
            call(() -> {
                watcher = watching;
                try {
                    action.run();
                } finally {
                    watcher = call -> null;
                }
                return 0;
            });
        } finally {
            watcher = call -> null;
        }
    }

    /** Runs an action in a watched thread that ends with it. Throws what the action throws. */
    public static void watch(Watcher watching, Runnable action) {
        try (WatchedThread thread = new WatchedThread()) {
            thread.run(watching, action);
        }
    }

    /** Lets every call run, and adds it to a list. */
    public static Watcher noting(Collection<? super SystemCall> calls) {
        return call -> {
            calls.add(call);
            return null;
        };
    }

    /** Ends this process at once, as {@code kill -9} does. */
    public static void killThisProcess() {
        LIBC.kill(LIBC.getpid(), SIGKILL);
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private int call(java.util.function.IntSupplier action) {
        try {
            return CompletableFuture.supplyAsync(action::getAsInt, thread).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Thread daemon(Runnable action) {
        Thread thread = new Thread(action, "watched");
        thread.setDaemon(true);
        return thread;
    }

    /** Installs the filter in the current thread. Returns the descriptor of its notifications. */
    private static int install() {
        OffHeapBlock filter = SyscallFilter.program(SECCOMP_RET_USER_NOTIF, SECCOMP_RET_ALLOW);
        OffHeapBlock program = OffHeapBlock.allocate(16); // struct sock_fprog
        program.bytes().putShort(0, (short) (filter.size() / SyscallFilter.INSTRUCTION_SIZE));
        program.bytes().putLong(8, filter.address());
        try {
            return (int) LIBC.syscall(
                    SECCOMP, SECCOMP_SET_MODE_FILTER, NEW_LISTENER_AND_WAIT_KILLABLE_RECV, program.address());
        } finally {
            Reference.reachabilityFence(filter);
            Reference.reachabilityFence(program);
        }
    }

    /** Answers notifications until all watched threads have ended. */
    private void answer(int listener) {
        LIBC.ioctl(listener, IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP); // fails before Linux 6.6, which is only slower
        OffHeapBlock fds = OffHeapBlock.allocate(8); // struct pollfd
        fds.bytes().putInt(0, listener).putShort(4, (short) POLLIN);
        OffHeapBlock notification = OffHeapBlock.allocate(NOTIFICATION_SIZE);
        OffHeapBlock response = OffHeapBlock.allocate(RESPONSE_SIZE);
        byte[] zeros = new byte[NOTIFICATION_SIZE]; // the kernel requires them
        while (true) {
            LIBC.poll(fds.address(), 1, -1);
            if ((fds.bytes().getShort(6) & POLLIN) == 0) {
                LIBC.close(listener); // the watched threads have ended
                return;
            }
            notification.bytes().put(0, zeros);
            if (LIBC.ioctl(listener, IOCTL_NOTIF_RECV, notification.address()) == 0) {
                Errno errno = answer(notification.bytes());
                response.bytes().putLong(0, notification.bytes().getLong(0));
                response.bytes().putInt(ERROR_AT, errno == null ? 0 : -errno.number());
                response.bytes().putInt(FLAGS_AT, errno == null ? FLAG_CONTINUE : 0);
                LIBC.ioctl(listener, IOCTL_NOTIF_SEND, response.address());
            }
        }
    }

    private @Nullable Errno answer(ByteBuffer notification) {
        return SystemCall.of(notification.getInt(NUMBER_AT), notification.getLong(ARGUMENTS_AT))
                .map(call -> watcher.before(call))
                .orElse(null);
    }
}
