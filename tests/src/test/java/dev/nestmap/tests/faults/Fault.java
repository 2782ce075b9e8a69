/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.WatchedThread;

/** A failure in the kernel, which a test injects while an operation runs. */
interface Fault {
    /** Runs an action on a thread, and injects the failure there. */
    void run(WatchedThread thread, Runnable action);

    /** Whether the failure was injected: the action got as far. */
    boolean hasOccurred();

    /** Whether the failure is injected again after the first time. */
    boolean isLasting();

    /** Whether an exception names this failure. */
    boolean isCauseOf(BpfException e);
}
