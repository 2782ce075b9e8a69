/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * An operation of users in which system calls fail and processes are killed. It can be repeated after it has failed.
 *
 * @param <S> what it acts on
 */
interface FaultyOperation<S extends FaultScene> {
    Steps<S> steps();

    /** Creates what the operation needs. */
    default void prepare(S scene) {
        steps().preparation().accept(scene);
    }

    default void run(S scene) {
        steps().operation().accept(scene);
    }

    /** Opens what the operation needs, in a process that did not prepare it. */
    default void open(S scene) {}

    /** Runs the operation again after another process was killed in it. */
    default void repeat(S scene) {
        run(scene);
    }

    default void requireExactCounts(S scene) {
        steps().requirement().accept(scene);
    }

    /**
     * What an operation consists of.
     *
     * @param preparation creates what the operation needs; no call fails here
     * @param operation the operation itself
     * @param requirement requires that everything is counted once
     */
    record Steps<S>(Consumer<S> preparation, Consumer<S> operation, Consumer<S> requirement) {}

    /** Whether the pins after a failure are those before the operation or after it. */
    default boolean isAtomic() {
        return true;
    }

    /**
     * Calls of which the operation makes at least one, so that a check that does not see it fails.
     *
     * @param recorded the calls that were seen
     */
    default Collection<SystemCall> characteristicCalls(Collection<SystemCall> recorded) {
        return recorded;
    }

    /** Returns false if the operation ignores this errno of this call, because the errno tells it that nothing is left to do. */
    default boolean isFailure(SystemCall call, Errno errno) {
        return true;
    }

    /** The operation has succeeded, but its result could not be read or closed. */
    final class LaterException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LaterException(BpfException cause) {
            super(cause);
        }
    }
}
