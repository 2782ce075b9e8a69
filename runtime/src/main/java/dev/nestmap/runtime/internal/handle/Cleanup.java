/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.handle;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Steps that are each taken even if one before has failed. The first failure is told, with the others suppressed in it. */
public final class Cleanup {
    private @Nullable Throwable failure;

    /** After a success, as in a {@code close}: see {@link #rethrow}. */
    public Cleanup() {}

    /** After a failure, which goes on to be thrown. */
    public Cleanup(Throwable failure) {
        this.failure = failure;
    }

    /** Takes a step. */
    @SuppressWarnings("ReferenceEquality") // a failure can't be suppressed in itself, but in one that is equal
    public Cleanup run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }
        return this;
    }

    /** Takes a step for each of these. */
    public <T> Cleanup each(Iterable<? extends T> things, Consumer<? super T> step) {
        things.forEach(thing -> run(() -> step.accept(thing)));
        return this;
    }

    /** Throws what failed, if anything has. */
    public void rethrow() {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }
}
