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

    /** Runs a step for each element. */
    public <T> Cleanup each(Iterable<? extends T> things, Consumer<? super T> step) {
        return run(() -> things.forEach(thing -> {
            try {
                step.accept(thing);
            } catch (Throwable e) {
                failed(e);
            }
        }));
    }

    private void failed(Throwable e) {
        failure = added(failure, e);
    }

    /** Returns the first failure, in which later ones are suppressed. */
    @SuppressWarnings("ReferenceEquality") // addSuppressed rejects the same object, not an equal one
    static Throwable added(@Nullable Throwable first, Throwable later) {
        if (first == null) {
            return later;
        }
        if (first != later) {
            first.addSuppressed(later);
        }
        return first;
    }

    /** Throws the first failure, if any step failed. */
    public void rethrow() {
        if (failure != null) {
            throwUnchecked(failure);
        }
    }

    /** Throws any exception as it is. */
    public static void throwUnchecked(Throwable failure) {
        Cleanup.<RuntimeException>throwUnchanged(failure);
    }

    @SuppressWarnings("unchecked") // a cast to a type variable is not checked, so this throws any exception
    private static <X extends Throwable> void throwUnchanged(Throwable failure) throws X {
        throw (X) failure;
    }
}
