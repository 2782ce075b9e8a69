/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.observe;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.observe.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A running operation, for listeners. Only one thread uses it at a time. */
public final class RunningOperation {
    private final Operation.Kind kind;
    private final String name;
    private final List<Consumer<Operation>> observers;
    private final long start;
    private long changed;
    private long failed;
    private long nanos;

    private RunningOperation(Operation.Kind kind, String name, List<Consumer<Operation>> observers) {
        this.kind = kind;
        this.name = name;
        this.observers = observers;
        this.start = observers.isEmpty() ? 0 : System.nanoTime();
    }

    /**
     * Runs an operation, and reports its end to the listeners that have asked for it. If the body throws, the operation has failed as a
     * whole.
     *
     * @param body runs the operation, and records its result in the observation
     */
    public static <T extends @Nullable Object> T of(
            Operation.Kind kind, String name, Function<RunningOperation, T> body) {
        RunningOperation observation = start(kind, name);
        try {
            return body.apply(observation);
        } catch (BpfException e) {
            observation.result(0, 1);
            throw OperationListeners.leaving(e);
        } catch (Throwable e) {
            observation.result(0, 1);
            throw e;
        } finally {
            observation.stop();
            observation.report();
        }
    }

    /** Starts an operation that ends with {@link #stop}, and that {@link #report} reports later, perhaps on another thread. */
    public static RunningOperation start(Operation.Kind kind, String name) {
        List<Consumer<Operation>> observers = new ArrayList<>(0);
        OperationListeners.each(listener -> {
            Consumer<Operation> observer = listener.started(kind, name);
            if (observer != null) {
                observers.add(observer);
            }
        });
        return new RunningOperation(kind, name, observers);
    }

    /** Records the result. */
    public void result(long changedCount, long failedCount) {
        changed = changedCount;
        failed = failedCount;
    }

    /** Whether a listener asked for the end. Without one, nobody reads the duration, and the clock is not read. */
    public boolean isObserved() {
        return !observers.isEmpty();
    }

    /** Records the end of the operation. */
    public void stop() {
        if (isObserved()) {
            nanos = System.nanoTime() - start;
        }
    }

    /** Reports the operation to listeners. */
    public void report() {
        if (!isObserved()) {
            return;
        }
        Operation operation = new Operation(kind, name, changed, failed, Duration.ofNanos(nanos));
        for (Consumer<Operation> observer : observers) {
            try {
                observer.accept(operation);
            } catch (Throwable e) { // Kotlin's lambdas can also throw checked exceptions
                OperationListeners.logFailure(e);
            }
        }
    }
}
