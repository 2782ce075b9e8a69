/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.function.Executable;

/**
 * A separate network namespace with its own loopback interface. A test with {@code @ExtendWith(NetworkNamespace.class)}, or each test of such
 * a class, runs on a thread in a namespace of its own; what comes before and after it does not.
 */
public final class NetworkNamespace implements InvocationInterceptor {
    private static final int CLONE_NEWNET = 0x40000000;

    /** Called by {@link ExtendWith}. */
    public NetworkNamespace() {}

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation::proceed);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation::proceed);
    }

    /** The function that creates a namespace. */
    public interface LibC {
        int unshare(int flags);
    }

    /** Runs an action on a thread in a new network namespace, which ends with the thread. */
    public static void run(Executable test) throws Throwable {
        FutureTask<Void> task = new FutureTask<>(() -> {
            enter();
            try {
                test.execute();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) { // Executable declares it, Callable does not
                throw new AssertionError(e);
            }
            return null;
        });
        Thread thread = new Thread(task, "network namespace");
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** Moves the calling thread into a new network namespace. Skips the test if that is impossible. */
    public static void enter() {
        LibC libc = LibraryLoader.create(LibC.class)
                .load(Platform.getNativePlatform().getStandardCLibraryName());
        if (libc.unshare(CLONE_NEWNET) != 0) {
            skip("no network namespace of its own: errno "
                    + Runtime.getRuntime(libc).getLastError());
        }
        try {
            // A child process inherits the namespace of the thread that starts it.
            Process ip = new ProcessBuilder("ip", "link", "set", "lo", "up")
                    .inheritIO()
                    .start();
            if (ip.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("ip link set lo up failed");
            }
        } catch (IOException e) {
            skip("no command ip (package iproute2): " + e.getMessage());
        }
    }

    /** Skips the test if this process may not create a network namespace. */
    static void needPermission() throws IOException {
        Process unshare = new ProcessBuilder("unshare", "--net", "true").start();
        if (unshare.onExit().join().exitValue() != 0) {
            skip("no network namespace of its own");
        }
    }

    private static void skip(String reason) {
        if ("1".equals(System.getenv("NESTMAP_REQUIRE_KERNEL"))) {
            throw new IllegalStateException("NESTMAP_REQUIRE_KERNEL=1, but: " + reason);
        }
        abort(reason);
    }
}
