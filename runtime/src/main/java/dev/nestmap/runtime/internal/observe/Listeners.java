/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.observe;

import dev.nestmap.runtime.internal.log.WarningLog;
import dev.nestmap.runtime.observe.Misses;
import dev.nestmap.runtime.observe.OperationListener;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The listeners of this process. */
public final class Listeners {
    private static final List<OperationListener> ALL = new CopyOnWriteArrayList<>();

    static {
        // A runtime image may lack the module. Without it, the JVM must not load a class that extends jdk.jfr.Event.
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            ALL.add(new FlightRecorderListener());
        }
    }

    private Listeners() {}

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

    /** Reports an error number to all listeners. */
    public static void failed(String operation, @Nullable String map, int errno) {
        each(listener -> listener.failed(operation, map, errno));
    }

    /** Calls each listener. What one throws is logged, and reaches neither the others nor the operation. */
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
        try {
            WarningLog.RUNTIME.warn(
                    "an OperationListener", "an OperationListener threw an exception: " + failure, failure);
        } catch (Throwable e) {
            // For example, there is no memory. The operation goes on: its result may own inner maps.
        }
    }
}
