/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.foreign;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/** Links the signatures of functions. The first parameter of a handle is the address of the function. */
final class Calls {
    private Calls() {}

    static MethodHandle plain(int parameters) {
        return Linker.nativeLinker().downcallHandle(signature(parameters));
    }

    /** The second parameter is the memory for errno. */
    static MethodHandle savingErrno(int parameters) {
        return Linker.nativeLinker().downcallHandle(signature(parameters), Linker.Option.captureCallState("errno"));
    }

    private static FunctionDescriptor signature(int parameters) {
        return FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                Collections.nCopies(parameters, ValueLayout.JAVA_LONG).toArray(MemoryLayout[]::new));
    }

    /** A native function throws nothing, but linking or finding it can. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException exception ? exception : new IllegalStateException(thrown);
    }
}
