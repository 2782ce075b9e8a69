/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.cleanup;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs all cleanup steps, even if some fail. Keeps the first failure and adds later failures as suppressed exceptions. {@link #rethrow} ends it. */
public final class Cleanup {
    private @Nullable Throwable failure;

    /** Runs a step. It may throw a checked exception, as Kotlin's lambdas can. */
    public Cleanup run(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            failed(e);
        }
        return this;
    }

    /** Runs a step for each element. Allocates nothing for an element, because memory may be short. */
    public <T> Cleanup each(Iterable<? extends T> things, Consumer<? super T> step) {
        return run(() -> things.forEach(thing -> {
            try {
                step.accept(thing);
            } catch (Throwable e) {
                failed(e);
            }
        }));
    }

    @SuppressWarnings("ReferenceEquality") // addSuppressed rejects the same object, not an equal one
    private void failed(Throwable e) {
        if (failure == null) {
            failure = e;
        } else if (failure != e) {
            failure.addSuppressed(e);
        }
    }

    /** Throws the first failure, if any step failed. */
    public void rethrow() {
        if (failure != null) {
            Cleanup.<RuntimeException>throwUnchanged(failure);
        }
    }

    @SuppressWarnings("unchecked") // a cast to a type variable is not checked, so this throws any exception
    private static <X extends Throwable> void throwUnchanged(Throwable failure) throws X {
        throw (X) failure;
    }
}
