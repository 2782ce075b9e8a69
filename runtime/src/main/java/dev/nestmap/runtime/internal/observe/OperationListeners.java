/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.observe;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.observe.OperationListener.Acknowledged;
import dev.nestmap.runtime.observe.OperationListener.Drain;
import dev.nestmap.runtime.observe.OperationListener.Misses;
import dev.nestmap.runtime.observe.Uncounted;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The listeners of this process. */
public final class OperationListeners {
    private static final List<OperationListener> ALL = new CopyOnWriteArrayList<>();

    /** The failure that this thread reported last. A public operation can run another one. */
    private static final ThreadLocal<@Nullable WeakReference<BpfException>> LAST = new ThreadLocal<>();

    private OperationListeners() {}

    /** Adds a listener. */
    public static void add(OperationListener listener) {
        ALL.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes a listener. */
    public static void remove(OperationListener listener) {
        ALL.remove(listener);
    }

    /** Reports misses to all listeners. */
    public static void missed(Misses misses) {
        each(listener -> listener.missed(misses));
    }

    /** Reports the end of a drain to all listeners. */
    public static void drained(Drain drain) {
        each(listener -> listener.drained(drain));
    }

    /** Reports additions that are in no inner map to all listeners. */
    public static void uncounted(Uncounted additions) {
        each(listener -> listener.uncounted(additions));
    }

    /** Reports an acknowledged map to all listeners. */
    public static void acknowledged(Acknowledged map) {
        each(listener -> listener.acknowledged(map));
    }

    /** Runs a public operation, and reports the failure that leaves it. */
    public static <T extends @Nullable Object> T reporting(Supplier<T> operation) {
        try {
            return operation.get();
        } catch (BpfException e) {
            throw leaving(e);
        }
    }

    /** Reports a failure that leaves a public operation to all listeners, once and if it has an error number, and returns it. */
    public static <E extends BpfException> E leaving(E failure) {
        if (!isReported(failure)) {
            report(failure);
        }
        LAST.set(new WeakReference<>(failure));
        return failure;
    }

    /** Reports the failures of several keys, which leave a public operation in one exception, and returns this exception. */
    public static <E extends BpfException> E leaving(E whole, Collection<BpfException> failures) {
        failures.stream().filter(failure -> !isReported(failure)).forEach(OperationListeners::report);
        LAST.set(new WeakReference<>(whole));
        return whole;
    }

    private static void report(BpfException failure) {
        if (failure.errnoNumber() != 0) {
            each(listener -> listener.failed(failure.operation(), failure.map(), failure.errnoNumber()));
        }
    }

    /** Whether the failure left another public operation of this thread before, by itself or as the cause of this one. */
    private static boolean isReported(BpfException failure) {
        WeakReference<BpfException> last = LAST.get();
        BpfException reported = last == null ? null : last.get();
        for (Throwable e = failure; e != null && reported != null; e = e.getCause()) {
            if (e.equals(reported)) {
                return true;
            }
        }
        return false;
    }

    /** Calls each listener. Logs an exception of a listener. The exception reaches neither the other listeners nor the operation. */
    static void each(Consumer<OperationListener> call) {
        for (OperationListener listener : ALL) {
            try {
                call.accept(listener);
            } catch (Throwable e) { // Kotlin's lambdas can also throw checked exceptions
                logFailure(e);
            }
        }
    }

    static void logFailure(Throwable failure) {
        WarningLog.RUNTIME.warn("an OperationListener", "an OperationListener threw an exception: " + failure, failure);
    }
}
