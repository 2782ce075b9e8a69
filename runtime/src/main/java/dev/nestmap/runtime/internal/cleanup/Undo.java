/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Steps that undo the work of a method so far, such as closing a map or removing a pin. Use it in a try-with-resources statement: the steps
 * run in reverse order if the block ends without {@link #commit}. All steps run, even if some throw. Their
 * exceptions are suppressed in the exception that ended the block.
 */
public final class Undo implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>(2); // most have one step

    /** Undoes nothing yet. */
    public Undo() {}

    /** Undoes what the caller has just done. */
    public Undo(Runnable step) {
        add(step);
    }

    /** Undoes one more thing, before those that were added earlier. */
    public void add(Runnable step) {
        steps.push(step);
    }

    /** Ends the block as a success: forgets the steps and returns the result, which now owns what they would have released. */
    public <T> T commit(T result) {
        commit();
        return result;
    }

    /** Ends the block as a success: forgets the steps. */
    public void commit() {
        steps.clear();
    }

    @Override
    public void close() {
        Throwable failure = null;
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (Throwable e) {
                failure = Cleanup.added(failure, e);
            }
        }
        if (failure != null) {
            Cleanup.throwUnchecked(failure);
        }
    }
}
