/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.SystemCall;
import java.util.Collection;

/**
 * An operation of users in which system calls fail and processes are killed. It can be repeated after it has failed.
 *
 * @param <S> what it acts on
 */
interface FaultyOperation<S extends FaultScene> {
    /** Creates what the operation needs. No call fails here. */
    void prepare(S scene);

    void run(S scene);

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

    /** Requires that everything is counted once. */
    void requireExactCounts(S scene);

    /** The operation has succeeded, but its result could not be read or closed. */
    final class LaterException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LaterException(BpfException cause) {
            super(cause);
        }
    }
}
