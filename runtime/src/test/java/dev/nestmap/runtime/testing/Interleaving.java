/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.testing;

import dev.nestmap.runtime.internal.backend.PinLockWait;
import dev.nestmap.runtime.internal.backend.Pins;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs one action in the middle of another one, just before an operation on pins. Both actions use the {@link #pins} of this object.
 * The order of events does not depend on time.
 */
public final class Interleaving {
    private static final Set<String> LOCKS = Set.of(
            ReentrantLock.class.getName(),
            ReentrantReadWriteLock.class.getName() + "$ReadLock",
            ReentrantReadWriteLock.class.getName() + "$WriteLock",
            PinLockWait.class.getName());

    private final Pins pins;
    private @Nullable Thread interrupted;
    private int remaining;
    private @Nullable Runnable inserted;
    private @Nullable CompletableFuture<Void> result;

    /** Creates an interleaving of operations on the kernel's pins. */
    public Interleaving() {
        pins = before(new KernelPins(), (method, arguments) -> {
            if (!method.getName().equals("createLink")) { // for others: nothing of Nestmap depends on it
                beforeOperation();
            }
        });
    }

    /** Pins that run something before each operation. */
    public static Pins before(Pins pins, BeforeOperation before) {
        return (Pins) Proxy.newProxyInstance(
                Pins.class.getClassLoader(), new Class<?>[] {Pins.class}, (proxy, method, arguments) -> {
                    before.run(method, arguments == null ? new Object[0] : arguments);
                    try {
                        return method.getName().equals("reading")
                                ? reading(pins, before, arguments)
                                : method.invoke(pins, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked") // the types of Pins.reading
    private static @Nullable Object reading(Pins pins, BeforeOperation before, Object[] arguments) {
        Function<Pins, @Nullable Object> action = (Function<Pins, @Nullable Object>) arguments[1];
        return pins.reading(
                (Path) arguments[0], view -> action.apply(before(view, before)), (Consumer<Object>) arguments[2]);
    }

    /** What runs before an operation on pins. */
    @FunctionalInterface
    public interface BeforeOperation {
        /** Throws what the operation is to throw. */
        void run(Method method, Object[] arguments) throws Exception;
    }

    /** The pins that both actions must use. */
    public Pins pins() {
        return pins;
    }

    /**
     * Runs an action, and another one on another thread before the n-th operation on pins of the first one, counted from 0. The first
     * action continues when the other one has ended or waits for a lock. Returns when both have ended, and throws if one failed.
     *
     * @return false if the first action has no such operation; then the other one did not run
     */
    public boolean run(Runnable action, int n, Runnable other) {
        interrupted = Thread.currentThread();
        remaining = n;
        inserted = other;
        result = null;
        try {
            action.run();
        } finally {
            interrupted = null;
        }
        CompletableFuture<Void> started = result;
        if (started != null) {
            started.join();
        }
        return started != null;
    }

    private void beforeOperation() throws InterruptedException {
        if (!Thread.currentThread().equals(interrupted) || remaining-- != 0) {
            return;
        }
        CompletableFuture<Void> future = new CompletableFuture<>();
        result = future;
        Runnable action = Objects.requireNonNull(inserted);
        Thread thread = new Thread(() -> {
            try {
                action.run();
                future.complete(null);
            } catch (Throwable e) {
                future.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        Await.until("the thread is done, or waits for a lock", () -> future.isDone() || waitsForLock(thread));
    }

    /** Whether the thread waits for a lock, or for its turn at the slots. */
    private static boolean waitsForLock(Thread thread) {
        Thread.State state = thread.getState();
        StackTraceElement[] frames = thread.getStackTrace();
        return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                && (Arrays.stream(frames).anyMatch(frame -> LOCKS.contains(frame.getClassName()))
                        || (isIn(frames, "make") && !isIn(frames, "makeBatch")));
    }

    private static boolean isIn(StackTraceElement[] frames, String method) {
        return Arrays.stream(frames)
                .anyMatch(frame -> frame.getClassName().equals("dev.nestmap.runtime.internal.nest.SlotChangeQueue")
                        && frame.getMethodName().equals(method));
    }
}
